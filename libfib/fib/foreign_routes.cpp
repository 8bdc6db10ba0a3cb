#include "libfib/fib/foreign_routes.hpp"

#include <algorithm>

namespace dx::fib {

namespace {

bool same_identity(const KernelRoute& a, const KernelRoute& b) {
    return a.metric == b.metric && a.tos == b.tos && a.protocol == b.protocol && a.kind == b.kind;
}

}  // namespace

void ForeignRoutes::learn(const KernelRoute& route, Seen seen) {
    auto& routes = routes_[route.prefix];
    if (seen == Seen::Replaced)
        std::erase_if(routes, [&](const Known& other) {
            return other.route.metric == route.metric && other.route.tos == route.tos;
        });
    const auto same = std::ranges::find_if(routes, [&](const Known& other) {
        return same_identity(other.route, route) && other.route.hops == route.hops &&
               other.route.object == route.object;
    });
    if (same == routes.end())
        routes.push_back({route, true});
    else
        same->seen = true;
}

bool ForeignRoutes::forget(const KernelRoute& route) {
    const auto found = routes_.find(route.prefix);
    if (found == routes_.end()) return false;
    auto& routes = found->second;
    bool any = false;
    for (auto other = routes.begin(); other != routes.end(); ++other) {
        if (!same_identity(other->route, route)) continue;
        any = true;
        std::erase_if(other->route.hops, [&](const PlainHop& hop) {
            return std::ranges::any_of(
                route.hops, [&](const PlainHop& gone) { return gone.target == hop.target; });
        });
        if (!other->route.hops.empty() && !route.hops.empty()) continue;
        routes.erase(other);
        break;
    }
    if (routes.empty()) routes_.erase(found);
    return any;
}

template <typename Gone>
std::vector<net::Prefix> ForeignRoutes::erase_if(const Gone& gone) {
    std::vector<net::Prefix> changed;
    for (auto at = routes_.begin(); at != routes_.end();) {
        if (std::erase_if(at->second, gone) > 0) changed.push_back(at->first);
        at = at->second.empty() ? routes_.erase(at) : std::next(at);
    }
    return changed;
}

std::vector<net::Prefix> ForeignRoutes::purge(InterfaceIndex interface) {
    return erase_if([&](const Known& other) {
        const auto leads_there = [&](const PlainHop& hop) {
            return hop.target.interface == interface;
        };
        return other.route.prefix.family() == net::Family::Ipv4 && !other.route.hops.empty() &&
               std::ranges::all_of(other.route.hops, leads_there);
    });
}

void ForeignRoutes::begin_dump() {
    for (auto& [prefix, routes] : routes_)
        for (auto& known : routes)
            known.seen = false;
}

std::vector<net::Prefix> ForeignRoutes::end_dump() {
    return erase_if([](const Known& other) { return !other.seen; });
}

const KernelRoute* ForeignRoutes::best(const net::Prefix& prefix) const {
    const auto found = routes_.find(prefix);
    if (found == routes_.end()) return nullptr;
    const auto metric = [](const Known& known) { return known.route.metric; };
    return &std::ranges::min_element(found->second, {}, metric)->route;
}

}  // namespace dx::fib
