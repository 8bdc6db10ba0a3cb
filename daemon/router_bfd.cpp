// What BFD reports: forwarding knows of a failure already, the BGP session is ended here, and a
// gateway's routes come back here.
#include "daemon/bfd_words.hpp"
#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"

namespace dx::daemon {

void Router::on_bfd_change(fib::NeighborTag user, const bfd::SessionChange& change) {
    if (state_.stopping) return;
    if (auto* gateway = state_.gateways.find(user)) return static_routes_.on_bfd(*gateway, change);
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
    if (change.is_failure() && change.peer_independent)
        neighbor_restarts_.lose(neighbor, "BFD Down");
    attach(neighbor);
    rib_work_.follow();
}

void Router::on_bfd_failure(fib::NeighborTag user, fib::SessionEpoch epoch) {
    auto* neighbor = state_.neighbors.find(neighbor_of(user));
    if (state_.stopping || !neighbor || neighbor->epoch > epoch) return;
    if (!neighbor->session) return neighbor_restarts_.lose(*neighbor, "BFD Down");
    state_.speaker->cease(neighbor->id,
                          bgp::notification(bgp::CeaseReason::BfdDown));  // RFC 9384
    attach(*neighbor);                                                    // strict: BGP waits now
    rib_work_.follow();
}

}  // namespace dx::daemon
