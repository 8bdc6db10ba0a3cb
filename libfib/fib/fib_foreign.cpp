// The routes of other programs in our table: candidates of the source Kernel, which keep ours out
// and which next hops resolve over.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

void Fib::on_foreign_route(const KernelRoute& route, Seen seen) {
    if (seen == Seen::Deleted) {
        if (foreign_.forget(route)) refresh_foreign(route.prefix);
        return;
    }
    if (seen == Seen::Replaced && route.metric == config_.metric) {
        const auto id = table_.entries().find(route.prefix);
        if (id != net::PrefixMap<RouteEntry>::kNone) {
            auto& entry = table_.entries()[id];
            if (entry.has(flag::kInFlight)) entry.set(flag::kDisturbed);
            lose_route(id);  // ours was in its place
        }
    }
    foreign_.learn(route, seen);
    refresh_foreign(route.prefix);
}

void Fib::refresh_foreign(const std::vector<net::Prefix>& prefixes) {
    for (const auto& prefix : prefixes)
        refresh_foreign(prefix);
}

// The foreign route with the lowest metric stands for all of the prefix.
void Fib::refresh_foreign(const net::Prefix& prefix) {
    const auto* best = foreign_.best(prefix);
    FibNote what;
    what.prefix = prefix;
    const auto id = table_.entries().find(prefix);
    const bool contested = id != net::PrefixMap<RouteEntry>::kNone &&
                           std::ranges::any_of(table_.candidates(id), &Candidate::is_ours);
    const bool before = id != net::PrefixMap<RouteEntry>::kNone &&
                        table_.entries()[id].has_candidate() &&
                        table_.entries()[id].source == RouteSource::Kernel;
    if (best == nullptr) {
        if (id != net::PrefixMap<RouteEntry>::kNone) clear_error(id);
        table_.set_kernel_metric(id, 0);
        remove_candidate(prefix, {kNoForwarding, 0, RouteSource::Kernel, kKernelDistance});
        what.kind = FibNote::Kind::ConflictOver;
        if (contested) reports_.note(what);
        if (table_.entries().find(prefix) != net::PrefixMap<RouteEntry>::kNone)
            enqueue(table_.entries().find(prefix));
        return;
    }
    const auto since = seconds_run();
    table_.set_kernel_metric(table_.entries().insert(prefix).first, best->metric);
    set_candidate(prefix,
                  {intern(best->forwarding()), since, RouteSource::Kernel, kKernelDistance});
    what.kind = FibNote::Kind::Conflict;
    if (contested && !before) reports_.note(what);
}

}  // namespace dx::fib
