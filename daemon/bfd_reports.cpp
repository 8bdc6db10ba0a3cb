#include "daemon/bfd_reports.hpp"

#include "daemon/bfd_words.hpp"
#include "daemon/event_reports.hpp"

namespace dx::daemon {

void BfdReports::on_change(Neighbor& neighbor, const bfd::SessionChange& told) {
    const auto& change = told.transition;
    const std::string_view goes_on = "BGP goes on";
    log_change(told, "neighbor " + state_.neighbors.label(neighbor.id), goes_on);
    if (auto event = bfd_changed(neighbor.config.name, told, reason_of(told, goes_on)))
        state_.events.publish(std::move(*event));
    if (!state_.speaker) return;
    // Where BFD shares the fate of the peer's control plane, its end was to be expected (RFC 5882
    // 4.3.2): it says nothing about the path.
    if (change.is_failure() && change.peer_independent) restarts_.lose(neighbor, "BFD Down");
    attachments_.follow(neighbor);
    rib_work_.follow();
}

void BfdReports::on_refusal(const Neighbor& neighbor, const bfd::RefusalChange& change) {
    log_refusal(change, "neighbor " + state_.neighbors.label(neighbor.id));
    if (change.reason) state_.events.publish(bfd_refused(neighbor.config.name, *change.reason));
}

// Where BGP runs without it, that is told as of one that never came Up.
void BfdReports::on_not_resumed(Neighbor& neighbor) {
    if (!state_.speaker) return;
    attachments_.follow(neighbor);
    rib_work_.follow();
}

void BfdReports::on_failure(Neighbor& neighbor, fib::SessionEpoch epoch) {
    if (neighbor.epoch > epoch) return;
    if (!neighbor.session) return restarts_.lose(neighbor, "BFD Down");
    const auto bfd_down = bgp::notification(bgp::CeaseReason::BfdDown);  // RFC 9384
    state_.speaker->cease(neighbor.id, bfd_down);
    attachments_.follow(neighbor);  // strict: BGP waits now
    rib_work_.follow();
}

}  // namespace dx::daemon
