#include "daemon/bfd_absences.hpp"

#include <algorithm>

#include "daemon/bfd_patience.hpp"
#include "daemon/bfd_words.hpp"
#include "daemon/event_reports.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

bool BfdAbsences::is_absent(const Neighbor& neighbor) const {
    const auto* path = state_.bfd->find(tag_of(neighbor.id));
    return neighbor.session && path != nullptr && !path->permits();
}

void BfdAbsences::follow(const Neighbor& neighbor) {
    const auto known = watches_.find(neighbor.id);
    if (!is_absent(neighbor)) {
        if (known != watches_.end()) watches_.erase(known);
        return;
    }
    if (known != watches_.end() && known->second.epoch == neighbor.epoch) return;
    const auto& settings = state_.bfd->find(tag_of(neighbor.id))->settings;
    auto& watch =
        watches_
            .insert_or_assign(neighbor.id, Watch{neighbor.epoch, boost::asio::steady_timer(
                                                                     io_, bfd_patience(settings))})
            .first->second;
    watch.timer.async_wait(
        [this, id = neighbor.id, epoch = neighbor.epoch](const boost::system::error_code& error) {
            if (!error) find_out(id, epoch);
        });
}

// The bfd thread knows why. By its answer the session may be another one, with a watch of its own.
void BfdAbsences::find_out(bgp::NeighborId id, fib::SessionEpoch epoch) {
    state_.bfd->status([this, id, epoch](const std::vector<BfdSessions::PeerStatus>& peers) {
        const auto* neighbor = state_.stopping ? nullptr : state_.neighbors.find(id);
        if (neighbor == nullptr || neighbor->epoch != epoch || !is_absent(*neighbor)) return;
        const auto known = std::ranges::find_if(peers, [&](const auto& peer) {
            return std::ranges::find(peer.users, tag_of(id)) != peer.users.end();
        });
        if (known != peers.end()) tell(*neighbor, *known);
    });
}

void BfdAbsences::tell(const Neighbor& neighbor, const BfdSessions::PeerStatus& known) const {
    const auto why = why_not_up(known.peer, known.trouble);
    log().warn(
        "neighbor {}: BGP is up without BFD, which does not come Up: {}; a failure is noticed only "
        "when the hold time ends",
        state_.neighbors.label(neighbor.id), why);
    state_.events.publish(bfd_absent(neighbor, known.peer.status.state, why));
}

}  // namespace dx::daemon
