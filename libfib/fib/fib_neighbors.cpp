// Neighbors that come and go, and their shares of the traffic.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

void Fib::neighbor_up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface,
                      TimePoint now) {
    now_ = now;
    const bool lifted = vetoes_.up(neighbor, epoch, interface);
    if (interface != kNoInterface && !interfaces_.usable(interface)) {
        neighbor_down(neighbor, epoch, now);
        return;
    }
    if (!lifted) return;
    let_leave_first(neighbor);
    stale_next_hops_ = true;
    settle(now);
}

void Fib::neighbor_returning(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface,
                             TimePoint now) {
    now_ = now;
    if (interface != kNoInterface && !interfaces_.usable(interface)) {
        neighbor_down(neighbor, epoch, now);
        return;
    }
    if (!vetoes_.returning(neighbor, epoch, interface)) return;
    let_leave_first(neighbor);
    stale_next_hops_ = true;
    settle(now);
}

// A neighbor that comes back gets no packets of routes that are about to leave its groups.
void Fib::let_leave_first(NeighborTag neighbor) {
    const auto names = [&](const NextHop& next_hop) { return next_hop.neighbor == neighbor; };
    for (ForwardingId id = 0; id < groups_.slots(); ++id) {
        auto& group = groups_[id];
        if (group.leaving() == 0) continue;
        if (std::ranges::none_of(group.identity.best, names) &&
            std::ranges::none_of(group.identity.backup, names))
            continue;
        group.reviving = reviving_ = true;
        group.revive_by = now_ + std::chrono::seconds(5);
    }
    if (reviving_) flush_lazy(false);
}

void Fib::neighbor_down(NeighborTag neighbor, SessionEpoch epoch, TimePoint now) {
    now_ = now;
    if (!vetoes_.down(neighbor, epoch)) return;
    stale_next_hops_ = true;
    settle_groups(now);
    begin_failover(neighbor);
}

void Fib::set_weight(NeighborTag neighbor, std::uint16_t weight, TimePoint now) {
    now_ = now;
    if (!ways_.set_weight(neighbor, weight)) return;
    stale_groups_ = true;
    settle(now);
}

void Fib::forget_neighbor(NeighborTag neighbor) {
    ways_.forget(neighbor);
    if (coverage_.set_role(neighbor, CoverRole::None)) stale_groups_ = true;
    if (vetoes_.forget(neighbor)) stale_next_hops_ = true;
    if (!stale_groups_ && !stale_next_hops_) return;
    settle(now_);
}

}  // namespace dx::fib
