// What BFD reports: forwarding knows of a failure already, the BGP session is ended here.
#include "daemon/log.hpp"
#include "daemon/router.hpp"

namespace dx::daemon {

namespace {

std::string reason_of(const bfd::Transition& change) {
    using bfd::Diagnostic;
    if (change.administrative) return "switched off by the peer: BGP goes on without it";
    std::string text{to_string(change.diagnostic)};
    const bool signaled = change.diagnostic == Diagnostic::NeighborSignaledSessionDown;
    if (signaled && change.remote_diagnostic != Diagnostic::None)
        text += " (" + std::string(to_string(change.remote_diagnostic)) + ")";
    return text;
}

}  // namespace

void Router::on_bfd_change(bgp::NeighborId id, const bfd::Transition& change) {
    if (stopping_) return;
    auto& neighbor = *state_.neighbors.find(id);
    const auto label = state_.neighbors.label(id);
    if (change.to == bfd::State::Up)
        log().info("neighbor {}: BFD Up", label);
    else if (change.from == bfd::State::Up)
        log().warn("neighbor {}: BFD Down: {}", label, reason_of(change));
    if (!state_.speaker) return;
    // Where BFD shares the fate of the peer's control plane, its end was to be expected (RFC 5882
    // 4.3.2): it says nothing about the path.
    if (change.is_failure() && change.peer_independent) give_up(neighbor, "BFD Down");
    attach(neighbor);
    follow_rib();
}

void Router::on_bfd_failure(bgp::NeighborId id, fib::SessionEpoch epoch) {
    auto* neighbor = state_.neighbors.find(id);
    if (stopping_ || !neighbor || !neighbor->session || neighbor->epoch != epoch) return;
    state_.speaker->cease(id, bgp::notification(bgp::CeaseReason::BfdDown));  // RFC 9384
    attach(*neighbor);  // strict: BGP waits now
    follow_rib();
}

}  // namespace dx::daemon
