// Who carries what, and what becomes of it when a neighbor goes.
#include <algorithm>
#include <set>
#include <vector>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

// Whether packets can go by this next hop of the group now.
bool Fib::can_carry(const Group& group, const NextHop& next_hop) const {
    if (!may_lead(next_hop, group.last_resort)) return false;
    const auto is_way = [&](const OnLink& place) {
        return std::ranges::find(group.wanted, place, &Way::target) != group.wanted.end();
    };
    if (!next_hop.gateway) return is_way({std::nullopt, next_hop.interface});
    return std::ranges::any_of(next_hops_[{*next_hop.gateway, next_hop.interface}].state.on_link,
                               is_way);
}

// Those by whom packets go; were it not for `without`, if it is given. The backup idles while there
// is a best.
std::vector<NeighborTag> Fib::carriers(const Group& group, Without without) const {
    std::vector<NeighborTag> tags;
    for (const auto* next_hops : {&group.identity.best, &group.identity.backup}) {
        for (const auto& next_hop : *next_hops)
            if (without != next_hop.neighbor && can_carry(group, next_hop))
                tags.push_back(next_hop.neighbor);
        if (!tags.empty()) break;
    }
    return tags;
}

// Of a route. Without a neighbor the source behind it may win, and what yields to it counts.
std::vector<NeighborTag> Fib::carriers(PrefixId id, Without without) const {
    const auto& entry = table_.entries()[id];
    if (without ? !installable(id, entry) : !wanted(id, entry)) return {};
    auto tags = carriers(groups_[entry.forwarding], without);
    const auto contested = table_.contested().find(id);
    if (!without || !tags.empty() || contested == table_.contested().end()) return tags;
    const auto prefix = table_.entries().prefix(id);
    for (const auto& candidate : contested->second) {
        if (!candidate.is_ours() || !usable(prefix, candidate)) continue;
        const auto more = carriers(groups_[candidate.forwarding], without);
        tags.insert(tags.end(), more.begin(), more.end());
    }
    return tags;
}

std::vector<bool> Fib::groups_carried_by(NeighborTag neighbor) const {
    std::vector<bool> carried(groups_.slots());
    for (ForwardingId id = 0; id < groups_.slots(); ++id)
        if (groups_[id].interned)
            carried[id] = std::ranges::count(carriers(groups_[id]), neighbor) > 0;
    return carried;
}

Reliance Fib::reliance_on(NeighborTag neighbor) const {
    const auto carried = groups_carried_by(neighbor);
    Reliance result;
    const auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        const auto& entry = entries[id];
        const bool still = entry.has(route_flag::kPresent) && entry.installed != kNoForwarding &&
                           carried[entry.installed];
        if (!entry.has_candidate() || !(carried[entry.forwarding] || still) || !wanted(id, entry))
            return;
        ++result.routes;
        if (!carriers(groups_[entry.forwarding], neighbor).empty()) {
            ++result.movable;
            return;
        }
        const auto prefix = entries.prefix(id);
        if (!takers(prefix, neighbor).empty()) return;
        ++result.stranded;
        if (result.examples.size() < Reliance::kExamples) result.examples.push_back(prefix);
    });
    return result;
}

Drill Fib::take_away(NeighborTag neighbor, SessionEpoch epoch, TimePoint now) {
    const auto carried = groups_carried_by(neighbor);
    Drill drill;
    std::vector<PrefixId> routes;
    auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        const auto& entry = entries[id];
        if (!entry.has_candidate() || !carried[entry.forwarding] || !wanted(id, entry)) return;
        routes.push_back(id);
        drill.routes.push_back(entries.prefix(id));
    });
    neighbor_down(neighbor, epoch, now);
    drill.by_groups = config_.nexthop_objects && groups_.support() != ObjectSupport::None &&
                      std::ranges::all_of(routes, [&](PrefixId id) {
                          return groups_[entries[id].forwarding].usable();
                      });
    return drill;
}

bool Fib::moved(const Drill& drill) const {
    return drill.by_groups ? groups_.replaced_all() : quiet();
}

// Who carries what goes to a prefix: the prefix itself, longer routes that it had covered, or a
// shorter one of ours. Another program's default route is no stand-in.
std::set<NeighborTag> Fib::takers(const net::Prefix& prefix, Without without) const {
    std::set<NeighborTag> tags;
    const auto& entries = table_.entries();
    const auto add = [&](PrefixId route) {
        const auto all = carriers(route, without);
        tags.insert(all.begin(), all.end());
        return !all.empty();
    };
    if (const auto own = entries.find(prefix); own != net::PrefixMap<RouteEntry>::kNone && add(own))
        return tags;
    for (const auto& inside : coverage_.within(prefix))
        add(entries.find(inside));
    entries.find_covering(prefix, [&](PrefixId shorter) {
        return entries.length(shorter) < prefix.length() && add(shorter);
    });
    return tags;
}

FailedOver Fib::taken_over(Drill& drill) const {
    FailedOver result;
    result.routes = drill.routes.size();
    result.stranded = std::erase_if(drill.routes, [&](const net::Prefix& prefix) {
        const auto tags = takers(prefix);
        for (const auto tag : tags)
            ++result.moved_to[tag];
        return tags.empty();
    });
    return result;
}

std::optional<net::Prefix> Fib::lost_way(Drill& drill, std::size_t count) const {
    for (count = std::min(count, drill.routes.size()); count > 0; --count) {
        drill.looked_at = (drill.looked_at + 1) % drill.routes.size();
        const auto& prefix = drill.routes[drill.looked_at];
        if (takers(prefix).empty()) return prefix;
    }
    return std::nullopt;
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
