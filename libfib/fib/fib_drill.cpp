// Who carries what, and what becomes of it when a neighbor goes.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

// Whether packets go by this next hop of the group now.
bool Fib::carries(const Group& group, const NextHop& next_hop) const {
    if (vetoes_.vetoed(next_hop.neighbor)) return false;
    const auto hops = plain_hops(group);
    const auto is_used = [&](const OnLink& place) {
        return std::ranges::find(hops, place, &PlainHop::target) != hops.end();
    };
    if (!next_hop.gateway) return is_used({std::nullopt, next_hop.interface});
    return std::ranges::any_of(next_hops_[{*next_hop.gateway, next_hop.interface}].state.on_link,
                               is_used);
}

std::vector<NeighborTag> Fib::carriers(const Group& group) const {
    std::vector<NeighborTag> tags;
    for (const auto* next_hops : {&group.identity.best, &group.identity.backup})
        for (const auto& next_hop : *next_hops)
            if (carries(group, next_hop)) tags.push_back(next_hop.neighbor);
    return tags;
}

FailedOver Fib::fail_over(NeighborTag neighbor, SessionEpoch epoch, TimePoint now) {
    std::vector<ForwardingId> carried;
    for (ForwardingId id = 0; id < groups_.slots(); ++id) {
        const auto& group = groups_[id];
        if (!group.interned || group.selected == 0) continue;
        const auto tags = carriers(group);
        if (std::ranges::find(tags, neighbor) != tags.end()) carried.push_back(id);
    }
    neighbor_down(neighbor, epoch, now);
    FailedOver result;
    for (const auto id : carried) {
        const auto& group = groups_[id];
        result.routes += group.selected;
        const auto tags = carriers(group);
        if (tags.empty()) result.stranded += group.selected;
        for (const auto tag : tags)
            result.moved_to[tag] += group.selected;
    }
    return result;
}

bool Fib::traffic_moved() const {
    const bool by_groups = config_.nexthop_objects && groups_.support() != ObjectSupport::None;
    return by_groups ? groups_.replaced_all() : quiet();
}

}  // namespace dx::fib
