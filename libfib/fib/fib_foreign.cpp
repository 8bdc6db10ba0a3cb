// The routes of other programs in our table: candidates of the source Kernel, which keep ours out
// and which next hops resolve over.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

namespace {

bool same_identity(const KernelRoute& a, const KernelRoute& b) {
    return a.metric == b.metric && a.tos == b.tos && a.protocol == b.protocol && a.kind == b.kind;
}

}  // namespace

void Fib::on_foreign_route(const KernelRoute& route, Seen seen) {
    if (seen == Seen::Deleted) {
        forget_foreign(route);
        return refresh_foreign(route.prefix);
    }
    auto& routes = foreign_[route.prefix];
    if (seen == Seen::Replaced) {
        std::erase_if(routes, [&](const ForeignRoute& other) {
            return other.route.metric == route.metric && other.route.tos == route.tos;
        });
        const auto id = table_.entries().find(route.prefix);
        if (route.metric == config_.metric && id != net::PrefixMap<RouteEntry>::kNone) {
            auto& entry = table_.entries()[id];
            if (entry.has(flag::kInFlight)) entry.set(flag::kDisturbed);
            lose_route(id);  // ours was in its place
        }
    }
    const auto same = std::ranges::find_if(routes, [&](const ForeignRoute& other) {
        return same_identity(other.route, route) && other.route.hops == route.hops &&
               other.route.object == route.object;
    });
    if (same == routes.end())
        routes.push_back({route, true});
    else
        same->seen = true;
    refresh_foreign(route.prefix);
}

// A deletion may name one next hop of several.
void Fib::forget_foreign(const KernelRoute& route) {
    const auto found = foreign_.find(route.prefix);
    if (found == foreign_.end()) return;
    for (auto other = found->second.begin(); other != found->second.end(); ++other) {
        if (!same_identity(other->route, route)) continue;
        std::erase_if(other->route.hops, [&](const PlainHop& hop) {
            return std::ranges::any_of(
                route.hops, [&](const PlainHop& gone) { return gone.target == hop.target; });
        });
        if (!other->route.hops.empty() && !route.hops.empty()) continue;
        found->second.erase(other);
        return;
    }
}

// The foreign route with the lowest metric stands for all of the prefix.
void Fib::refresh_foreign(const net::Prefix& prefix) {
    const auto found = foreign_.find(prefix);
    if (found == foreign_.end()) return;
    FibNote what;
    what.prefix = prefix;
    const auto id = table_.entries().find(prefix);
    const bool contested = id != net::PrefixMap<RouteEntry>::kNone &&
                           std::ranges::any_of(table_.candidates(id), &Candidate::is_ours);
    const bool before = id != net::PrefixMap<RouteEntry>::kNone &&
                        table_.entries()[id].has_candidate() &&
                        table_.entries()[id].source == RouteSource::Kernel;
    if (found->second.empty()) {
        foreign_.erase(found);
        if (id != net::PrefixMap<RouteEntry>::kNone) clear_error(id);
        table_.set_kernel_metric(id, 0);
        remove_candidate(prefix, {kNoForwarding, 0, RouteSource::Kernel, kKernelDistance});
        what.kind = FibNote::Kind::ConflictOver;
        if (contested) note(what);
        if (table_.entries().find(prefix) != net::PrefixMap<RouteEntry>::kNone)
            enqueue(table_.entries().find(prefix));
        return;
    }
    const auto& best = std::ranges::min_element(found->second, {}, [](const ForeignRoute& other) {
                           return other.route.metric;
                       })->route;
    const auto since = static_cast<std::uint32_t>((now_ - start_) / std::chrono::seconds(1));
    table_.set_kernel_metric(table_.entries().insert(prefix).first, best.metric);
    set_candidate(prefix, {intern(best.forwarding()), since, RouteSource::Kernel, kKernelDistance});
    what.kind = FibNote::Kind::Conflict;
    if (contested && !before) note(what);
}

// When an interface is shut, IPv4 routes over it vanish without a message.
void Fib::purge_foreign(InterfaceIndex interface) {
    std::vector<net::Prefix> changed;
    for (auto& [prefix, routes] : foreign_) {
        if (prefix.family() != net::Family::Ipv4) continue;
        const auto gone = std::erase_if(routes, [&](const ForeignRoute& other) {
            return !other.route.hops.empty() &&
                   std::ranges::all_of(other.route.hops, [&](const PlainHop& hop) {
                       return hop.target.interface == interface;
                   });
        });
        if (gone > 0) changed.push_back(prefix);
    }
    for (const auto& prefix : changed)
        refresh_foreign(prefix);
}

}  // namespace dx::fib
