// Who carries what, and what becomes of it when a neighbor goes.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

// Who takes the packets of a candidate: none where they are discarded, or another program's route
// has them; nullopt where it is not in their way.
Fib::Takers Fib::takers(const net::Prefix& prefix, const Candidate& candidate,
                        Without without) const {
    if (!candidate.is_ours()) return std::vector<NeighborTag>{};
    if (!usable(prefix, candidate)) return std::nullopt;
    const auto& group = groups_[candidate.forwarding];
    auto tags = without ? ways_.carriers_without(group, *without) : ways_.carriers(group);
    if (tags.empty() && group.identity.kind == ForwardingKind::Unicast) return std::nullopt;
    return tags;
}

// Of a route. Without a neighbor what stands behind it may win, and what yields to it counts.
Fib::Takers Fib::takers(PrefixId id, Without without) const {
    const auto& entry = table_.entries()[id];
    if (!entry.has_candidate()) return std::nullopt;
    const auto prefix = table_.entries().prefix(id);
    const auto selected = entry.selected();
    if (selected.is_ours() && !(without ? installable(id, entry) : wanted(id, entry)))
        return std::nullopt;
    const auto taken = takers(prefix, selected, without);
    const auto contested = table_.contested().find(id);
    if (!without || taken || contested == table_.contested().end()) return taken;
    std::vector<Candidate> others;
    for (const auto& candidate : contested->second)
        if (takers(prefix, candidate, without)) others.push_back(candidate);
    if (others.empty()) return std::nullopt;
    return takers(prefix, others[table_.winner(prefix, others)], without);
}

std::vector<bool> Fib::groups_carried_by(NeighborTag neighbor) const {
    std::vector<bool> carried(groups_.slots());
    for (ForwardingId id = 0; id < groups_.slots(); ++id)
        if (groups_[id].interned)
            carried[id] = std::ranges::count(ways_.carriers(groups_[id]), neighbor) > 0;
    return carried;
}

Reliance Fib::reliance_on(NeighborTag neighbor) const {
    const auto carried = groups_carried_by(neighbor);
    std::vector<bool> movable(carried.size());
    for (ForwardingId id = 0; id < movable.size(); ++id)
        movable[id] = carried[id] && !ways_.carriers_without(groups_[id], neighbor).empty();
    Reliance result;
    const auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        const auto& entry = entries[id];
        const bool still = entry.has(route_flag::kPresent) && entry.installed != kNoForwarding &&
                           carried[entry.installed];
        if (!entry.has_candidate() || !(carried[entry.forwarding] || still) || !wanted(id, entry))
            return;
        ++result.routes;
        const bool names_it = carried[entry.forwarding];
        if (names_it ? movable[entry.forwarding]
                     : !ways_.carriers_without(groups_[entry.forwarding], neighbor).empty()) {
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
                          const auto& group = groups_[entries[id].forwarding];
                          return group.usable() && !group.last_resort;
                      });
    return drill;
}

bool Fib::moved(const Drill& drill) const {
    return drill.by_groups ? groups_.replaced_all() : quiet();
}

// Who carries what goes to a prefix: the prefix itself, longer routes that it had covered, or a
// shorter one. What discards, and another program's route, are no stand-in and hide what is behind.
std::set<NeighborTag> Fib::takers(const net::Prefix& prefix, Without without) const {
    std::set<NeighborTag> tags;
    const auto& entries = table_.entries();
    const auto takes = [&](PrefixId route) {
        const auto taken = takers(route, without);
        if (taken) tags.insert(taken->begin(), taken->end());
        return taken.has_value();
    };
    if (const auto own = entries.find(prefix);
        own != net::PrefixMap<RouteEntry>::kNone && takes(own))
        return tags;
    for (const auto& inside : coverage_.within(prefix))
        takes(entries.find(inside));
    entries.find_covering(prefix, [&](PrefixId shorter) {
        return entries.length(shorter) < prefix.length() && takes(shorter);
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
    reports_.note(what);
}

}  // namespace dx::fib
