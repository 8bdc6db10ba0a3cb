#include "libfib/fib/next_hop_table.hpp"

#include <algorithm>

namespace dx::fib {

namespace {

constexpr std::size_t kDeepest = 8;  // routes over routes over routes

void add_unique(std::vector<OnLink>& places, const OnLink& place) {
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
}

}  // namespace

const Resolution& NextHopTable::hold(const NextHopKey& key) {
    auto& node = nodes_[key];
    if (node.users++ == 0) {
        Path path;
        node.resolution = resolve(key, path);
        collect_indirect();
    }
    return node.resolution;
}

void NextHopTable::release(const NextHopKey& key) {
    const auto found = nodes_.find(key);
    if (found == nodes_.end() || --found->second.users > 0) return;
    nodes_.erase(found);
    collect_indirect();
}

std::vector<NextHopState> NextHopTable::refresh() {
    std::vector<NextHopState> changed;
    for (auto& [key, node] : nodes_) {
        Path path;
        auto now = resolve(key, path);
        if (now.state != node.resolution.state) changed.push_back(now.state);
        node.resolution = std::move(now);
    }
    collect_indirect();
    return changed;
}

bool NextHopTable::leads_to_indirect(const net::Prefix& prefix) const {
    const auto first = std::ranges::lower_bound(indirect_, prefix.address());
    return first != indirect_.end() && prefix.contains(*first);
}

void NextHopTable::collect_indirect() {
    indirect_.clear();
    for (const auto& [key, node] : nodes_)
        if (key.interface == kNoInterface && !node.resolution.state.connected)
            indirect_.push_back(key.address);  // the keys are in order of address
}

Resolution NextHopTable::resolve(const NextHopKey& key, Path& path) const {
    Resolution result;
    result.state.key = key;
    const auto& address = key.address;
    const bool scoped = address.is_scoped();
    const bool bound = key.interface != kNoInterface;
    if (interfaces_.has_address(address, key.interface))
        result.state.problem = NextHopProblem::OwnAddress;
    else if (interfaces_.is_no_host(address))
        result.state.problem = NextHopProblem::NotAHost;
    if (result.state.problem != NextHopProblem::NoRoute || (scoped && !bound)) return result;
    auto link = interfaces_.on_link(address, key.interface);
    if (!link && scoped && interfaces_.usable(key.interface)) link = key.interface;
    if (link) {
        result.state.reachable = result.state.connected = true;
        result.state.on_link = {{address, *link}};
    } else if (!bound) {
        resolve_over_routes(result, path);
    }
    if (result.state.reachable) result.state.problem = NextHopProblem::None;
    return result;
}

void NextHopTable::resolve_over_routes(Resolution& result, Path& path) const {
    const auto& address = result.state.key.address;
    if (path.size() >= kDeepest) return;
    path.push_back(address);
    routes_.entries().find_covering(net::Prefix::host(address),
                                    [&](PrefixId id) { return resolve_over(id, result, path); });
    path.pop_back();
}

// True if the search ends here: what is not resolvable itself is not installed, so that the next
// shorter prefix carries the traffic.
bool NextHopTable::resolve_over(PrefixId id, Resolution& result, Path& path) const {
    const auto& entry = routes_.entries()[id];
    const auto prefix = routes_.entries().prefix(id);
    if (!entry.has_candidate() || entry.source == RouteSource::Connected || prefix.is_default())
        return false;
    const auto& forwarding = forwarding_of_(entry.forwarding);
    if (forwarding.kind != ForwardingKind::Unicast) return true;
    if (!add(forwarding, false, result, path) && result.state.on_link.empty()) {
        add(forwarding, true, result, path);
        result.last_resort = !result.state.on_link.empty();
    }
    if (result.state.on_link.empty()) return false;
    result.state.reachable = true;
    if (entry.source == RouteSource::Kernel) result.state.cost += routes_.kernel_metric(id);
    result.chain.push_back(prefix);
    return true;
}

// `last_resort`: also over neighbors that wait to be used again. False if it passed one over, so
// that there may be more to find.
bool NextHopTable::add(const Forwarding& forwarding, bool last_resort, Resolution& result,
                       Path& path) const {
    bool all = true;
    for (const auto* next_hops : {&forwarding.best, &forwarding.backup}) {
        if (!result.state.on_link.empty()) break;
        for (const auto& next_hop : *next_hops)
            all &= add(next_hop, last_resort, result, path);
    }
    return all;
}

bool NextHopTable::add(const NextHop& next_hop, bool last_resort, Resolution& result,
                       Path& path) const {
    if (!vetoes_.may_lead(next_hop.neighbor, last_resort))
        return last_resort || !vetoes_.last_resort(next_hop.neighbor);
    if (!next_hop.gateway) {
        if (interfaces_.usable(next_hop.interface))
            add_unique(result.state.on_link, {result.state.key.address, next_hop.interface});
        return true;
    }
    if (std::ranges::find(path, *next_hop.gateway) != path.end()) return true;
    const auto via = resolve({*next_hop.gateway, next_hop.interface}, path);
    if (via.last_resort && !last_resort) return false;
    for (const auto& place : via.state.on_link)
        add_unique(result.state.on_link, place);
    if (!via.state.reachable) return true;
    result.state.cost = std::max(result.state.cost, via.state.cost);
    result.chain.insert(result.chain.end(), via.chain.begin(), via.chain.end());
    return true;
}

}  // namespace dx::fib
