// Who carries what, and what becomes of it when a neighbor goes.
#include <algorithm>
#include <set>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

// Whether packets go by this next hop of the group now.
bool Fib::carries(const Group& group, const NextHop& next_hop) const {
    if (!may_lead(next_hop, group.last_resort)) return false;
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

Drill Fib::take_away(NeighborTag neighbor, SessionEpoch epoch, TimePoint now) {
    std::vector<bool> carried(groups_.slots());
    for (ForwardingId id = 0; id < groups_.slots(); ++id) {
        if (!groups_[id].interned) continue;
        const auto tags = carriers(groups_[id]);
        carried[id] = std::ranges::find(tags, neighbor) != tags.end();
    }
    Drill drill;
    auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        const auto& entry = entries[id];
        if (entry.has_candidate() && carried[entry.forwarding] && wanted(id, entry))
            drill.routes.push_back(id);
    });
    neighbor_down(neighbor, epoch, now);
    drill.by_groups = config_.nexthop_objects && groups_.support() != ObjectSupport::None &&
                      std::ranges::all_of(drill.routes, [&](PrefixId id) {
                          return groups_[entries[id].forwarding].usable();
                      });
    return drill;
}

bool Fib::moved(const Drill& drill) const {
    return drill.by_groups ? groups_.replaced_all() : quiet();
}

// Who carries what a route carried: the prefix itself by another way, longer routes that it had
// covered, or a shorter one of ours. Another program's default route is no stand-in.
std::set<NeighborTag> Fib::takers(PrefixId id) const {
    std::set<NeighborTag> tags;
    const auto& entries = table_.entries();
    const auto add = [&](PrefixId route) {
        const auto& entry = entries[route];
        if (!wanted(route, entry)) return false;
        const auto all = carriers(groups_[entry.forwarding]);
        tags.insert(all.begin(), all.end());
        return !all.empty();
    };
    if (!entries.contains(id) || add(id)) return tags;
    const auto prefix = entries.prefix(id);
    for (const auto& inside : coverage_.within(prefix))
        add(entries.find(inside));
    entries.find_covering(prefix, [&](PrefixId shorter) {
        return entries.length(shorter) < prefix.length() && add(shorter);
    });
    return tags;
}

FailedOver Fib::taken_over(const Drill& drill) const {
    FailedOver result;
    result.routes = drill.routes.size();
    for (const auto id : drill.routes) {
        const auto tags = takers(id);
        if (tags.empty()) ++result.stranded;
        for (const auto tag : tags)
            ++result.moved_to[tag];
    }
    return result;
}

// Groups that led over the lost neighbor are to be replaced. One that is lost meanwhile is part of
// the same failure.
void Fib::begin_failover(NeighborTag neighbor) {
    if (!failure_ && !groups_.replaced_all()) failure_ = {neighbor, now_};
}

void Fib::note_moved() {
    if (!failure_ || !groups_.replaced_all()) return;
    FibNote what;
    what.kind = FibNote::Kind::FailedOver;
    what.neighbor = failure_->neighbor;
    what.took = now_ - failure_->since;
    failure_.reset();
    failover_times_.add(what.took);
    note(what);
}

}  // namespace dx::fib
