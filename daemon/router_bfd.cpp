// What BFD reports: forwarding knows of a failure already, the BGP session is ended here, and a
// gateway's routes come back here.
#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"

namespace dx::daemon {

namespace {

std::string reason_of(const bfd::Transition& change, std::string_view what_goes_on) {
    using bfd::Diagnostic;
    if (change.administrative)
        return fmt::format("switched off by the peer: {} without it", what_goes_on);
    std::string text{to_string(change.diagnostic)};
    const bool signaled = change.diagnostic == Diagnostic::NeighborSignaledSessionDown;
    if (signaled && change.remote_diagnostic != Diagnostic::None)
        text += " (" + std::string(to_string(change.remote_diagnostic)) + ")";
    return text;
}

void log_change(const bfd::Transition& change, std::string_view who,
                std::string_view what_goes_on) {
    if (change.to == bfd::State::Up)
        log().info("{}: BFD Up", who);
    else if (change.from == bfd::State::Up)
        log().warn("{}: BFD Down: {}", who, reason_of(change, what_goes_on));
}

}  // namespace

void Router::on_bfd_change(fib::NeighborTag user, const bfd::SessionChange& change) {
    if (stopping_) return;
    if (auto* gateway = state_.gateways.find(user)) return on_gateway_bfd(*gateway, change);
    if (auto* neighbor = state_.neighbors.find(neighbor_of(user)))
        on_neighbor_bfd(*neighbor, change);
}

void Router::on_neighbor_bfd(Neighbor& neighbor, const bfd::SessionChange& told) {
    const auto& change = told.transition;
    const std::string_view goes_on = "BGP goes on";
    log_change(change, "neighbor " + state_.neighbors.label(neighbor.id), goes_on);
    if (auto event = bfd_changed(neighbor.config.name, told, reason_of(change, goes_on)))
        state_.events.publish(std::move(*event));
    if (!state_.speaker) return;
    // Where BFD shares the fate of the peer's control plane, its end was to be expected (RFC 5882
    // 4.3.2): it says nothing about the path.
    if (change.is_failure() && change.peer_independent) lose_kept(neighbor, "BFD Down");
    attach(neighbor);
    follow_rib();
}

void Router::on_gateway_bfd(Gateway& gateway, const bfd::SessionChange& told) {
    const auto& change = told.transition;
    const std::string_view goes_on = "they stay";
    const auto peer = gateway.peer.to_string();
    log_change(change, "static routes via " + peer, goes_on);
    if (auto event = gateway_bfd_changed(peer, told, reason_of(change, goes_on)))
        state_.events.publish(std::move(*event));
    use_or_veto(gateway);
}

void Router::on_bfd_failure(fib::NeighborTag user, fib::SessionEpoch epoch) {
    auto* neighbor = state_.neighbors.find(neighbor_of(user));
    if (stopping_ || !neighbor || neighbor->epoch > epoch) return;
    if (!neighbor->session) return lose_kept(*neighbor, "BFD Down");
    state_.speaker->cease(neighbor->id,
                          bgp::notification(bgp::CeaseReason::BfdDown));  // RFC 9384
    attach(*neighbor);                                                    // strict: BGP waits now
    follow_rib();
}

}  // namespace dx::daemon
