#include "libfib/fib/ways.hpp"

#include <algorithm>
#include <numeric>

namespace dx::fib {

namespace {

// The best, or, where none of them can, the backups.
template <typename Can>
std::vector<NeighborTag> first_that_can(const Forwarding& forwarding, const Can& can) {
    std::vector<NeighborTag> tags;
    for (const auto* next_hops : {&forwarding.best, &forwarding.backup}) {
        for (const auto& next_hop : *next_hops)
            if (can(next_hop)) tags.push_back(next_hop.neighbor);
        if (!tags.empty()) break;
    }
    return tags;
}

}  // namespace

std::vector<PlainHop> plain_hops(const std::vector<Way>& ways) {
    std::vector<PlainHop> hops;
    const bool any_best = std::ranges::any_of(ways, [](const Way& way) { return !way.backup; });
    unsigned divisor = 0;
    for (const auto& way : ways) {
        if (any_best && way.backup) continue;
        hops.push_back({way.target, way.weight});
        divisor = std::gcd(divisor, static_cast<unsigned>(way.weight));
    }
    for (auto& hop : hops)
        hop.weight = static_cast<std::uint16_t>(hop.weight / std::max(1U, divisor));
    return hops;
}

bool Ways::set_weight(NeighborTag neighbor, std::uint16_t weight) {
    const auto known = weights_.find(neighbor);
    if ((known != weights_.end() ? known->second : 1) == weight) return false;
    if (weight == 1)
        weights_.erase(known);
    else
        weights_[neighbor] = weight;
    return true;
}

// Where nothing else leads, neighbors that wait to be used again do.
Ways::Found Ways::of(const Group& group) const {
    Found found;
    for (const bool last_resort : {false, true}) {
        found = {};
        for (const auto& next_hop : group.identity.best)
            if (may_lead(next_hop, last_resort)) add(next_hop, false, group, found);
        for (const auto& next_hop : group.identity.backup)
            if (may_lead(next_hop, last_resort)) add(next_hop, true, group, found);
        found.last_resort = last_resort && !found.ways.empty();
        if (!found.ways.empty()) break;
    }
    return found;
}

// Also if only what it is resolved over waits.
bool Ways::may_lead(const NextHop& next_hop, bool last_resort) const {
    if (!vetoes_.may_lead(next_hop.neighbor, last_resort)) return false;
    return last_resort || !next_hop.gateway ||
           !next_hops_[{*next_hop.gateway, next_hop.interface}].last_resort;
}

void Ways::add(const NextHop& next_hop, bool backup, const Group& group, Found& found) const {
    const auto add_way = [&](const OnLink& target) {
        const auto is_target = [&](const Way& way) { return way.target == target; };
        if (std::ranges::any_of(found.ways, is_target)) return;
        // A neighbor that comes back waits until the routes that will not use it have moved.
        if (group.reviving && next_hop.neighbor != NeighborTag::None &&
            std::ranges::none_of(group.programmed, is_target))
            return;
        found.ways.push_back({target, weight_of(next_hop, group), backup});
    };
    if (!next_hop.gateway) {
        if (interfaces_.usable(next_hop.interface)) add_way({std::nullopt, next_hop.interface});
        return;
    }
    const auto& resolution = next_hops_[{*next_hop.gateway, next_hop.interface}];
    for (const auto& place : resolution.state.on_link)
        add_way(place);
    found.chain.insert(found.chain.end(), resolution.chain.begin(), resolution.chain.end());
}

// What the next hops say themselves is on a scale of its own: it counts where nothing was set.
std::uint16_t Ways::weight_of(const NextHop& next_hop, const Group& group) const {
    const auto set = weights_.find(next_hop.neighbor);
    if (set != weights_.end()) return set->second;
    const auto is_set = [this](const NextHop& other) { return weights_.contains(other.neighbor); };
    return std::ranges::any_of(group.identity.best, is_set) ? 1 : next_hop.weight;
}

bool Ways::can_carry(const Group& group, const NextHop& next_hop) const {
    if (!may_lead(next_hop, group.last_resort)) return false;
    const auto is_way = [&](const OnLink& place) {
        return std::ranges::find(group.wanted, place, &Way::target) != group.wanted.end();
    };
    if (!next_hop.gateway) return is_way({std::nullopt, next_hop.interface});
    return std::ranges::any_of(next_hops_[{*next_hop.gateway, next_hop.interface}].state.on_link,
                               is_way);
}

// Whether they could, were it the group's turn.
bool Ways::could_carry(const NextHop& next_hop, bool last_resort) const {
    if (!may_lead(next_hop, last_resort)) return false;
    if (!next_hop.gateway) return interfaces_.usable(next_hop.interface);
    return !next_hops_[{*next_hop.gateway, next_hop.interface}].state.on_link.empty();
}

std::vector<NeighborTag> Ways::carriers(const Group& group) const {
    return first_that_can(group.identity,
                          [&](const NextHop& hop) { return can_carry(group, hop); });
}

// What the group leads over now says nothing of that.
std::vector<NeighborTag> Ways::carriers_without(const Group& group, NeighborTag neighbor) const {
    std::vector<NeighborTag> tags;
    for (const bool last_resort : {false, true})
        if (tags.empty())
            tags = first_that_can(group.identity, [&](const NextHop& hop) {
                return hop.neighbor != neighbor && could_carry(hop, last_resort);
            });
    return tags;
}

std::set<NeighborTag> Ways::passed_over(const Group& group) const {
    std::set<NeighborTag> tags;
    for (const auto* next_hops : {&group.identity.best, &group.identity.backup})
        for (const auto& next_hop : *next_hops)
            if (vetoes_.last_resort(next_hop.neighbor) && !may_lead(next_hop, group.last_resort))
                tags.insert(next_hop.neighbor);
    return tags;
}

}  // namespace dx::fib
