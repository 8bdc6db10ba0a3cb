#include "daemon/attachments.hpp"

#include <utility>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

void Attachments::follow(Neighbor& neighbor) {
    auto attachment = state_.interfaces.attachment_of(neighbor.config);
    auto& missing = attachment.missing;
    follow_link(neighbor, attachment);
    if (missing.empty())
        end_without_address(neighbor);
    else
        restarts_.lose(neighbor, missing);
    if (neighbor.interface != attachment.interface) {
        neighbor.interface = attachment.interface;
        next_hops_.neighbor_moved(neighbor.id);
    }
    follow_bfd(neighbor, missing);
    if (neighbor.missing == missing) return;
    neighbor.missing = missing;
    const bool attached = missing.empty();
    if (!attached && !neighbor.session)  // else the session's end says it
        log().warn("neighbor {}: {}", state_.neighbors.label(neighbor.id), missing);
    state_.speaker->set_reachable(neighbor.id, attached, missing);
}

void Attachments::follow_bfd(Neighbor& neighbor, std::string& missing) {
    const bool on_link = is_single_hop(neighbor.config) ||
                         state_.interfaces.connected_to(neighbor.config.address) != nullptr;
    state_.bfd->follow(neighbor, missing.empty() && on_link);
    bfd_absences_.follow(neighbor);
    if (!missing.empty()) return;
    note_beyond_bfd(neighbor, neighbor.config.bfd && !on_link);
    if (state_.bfd->permits(neighbor)) return;
    missing = neighbor.beyond_bfd ? "BFD cannot watch it, it is on no link of ours (strict)"
                                  : "BFD is not Up (strict)";
}

// An internal neighbor may be behind other routers, which cannot be seen from its configuration.
void Attachments::note_beyond_bfd(Neighbor& neighbor, bool beyond) {
    if (std::exchange(neighbor.beyond_bfd, beyond) == beyond || !beyond) return;
    log().warn(
        "neighbor {}: its address is on no link of ours, so there is no BFD (single hop, RFC "
        "5881): a failure is noticed only when the hold time ends",
        state_.neighbors.label(neighbor.id));
}

// At the start a link that is there is no news.
void Attachments::follow_link(Neighbor& neighbor, const Attachment& attachment) {
    if (neighbor.no_link == attachment.missing) return;
    neighbor.no_link = attachment.missing;
    const auto interface = attachment.interface != 0 ? attachment.interface : neighbor.interface;
    state_.events.publish(
        link_changed(neighbor, neighbor.no_link, state_.interfaces.name_of(interface)));
}

// The neighbor is reachable, perhaps from another address of ours; the session's own may be gone.
void Attachments::end_without_address(const Neighbor& neighbor) {
    const auto& own = neighbor.own_address;
    if (!neighbor.session || !own || state_.interfaces.is_ours(*own, neighbor.interface)) return;
    state_.speaker->set_reachable(neighbor.id, false,
                                  "local address " + own->to_string() + " does not exist");
    state_.speaker->set_reachable(neighbor.id, true);
}

void Attachments::follow_all() {
    for (const auto& neighbor : state_.neighbors.all())
        follow(*neighbor);
}

}  // namespace dx::daemon
