#include "libfib/fib/route.hpp"

#include <algorithm>
#include <array>

namespace dx::fib {

namespace {

constexpr std::size_t kRemembered = 8;  // forwardings of a batch compared before adding another

std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
    return (seed ^ value) * 0x9e3779b97f4a7c15U + (seed >> 29);
}

std::uint64_t combine(std::uint64_t seed, const std::vector<NextHop>& next_hops) {
    for (const auto& next_hop : next_hops) {
        if (next_hop.gateway) seed = combine(seed, hash_value(*next_hop.gateway));
        seed = combine(seed, next_hop.interface);
        seed = combine(seed, static_cast<std::uint64_t>(next_hop.cover) << 32 |
                                 static_cast<std::uint64_t>(next_hop.neighbor) << 16 |
                                 next_hop.weight);
    }
    return combine(seed, next_hops.size());
}

}  // namespace

std::string_view to_string(RouteSource source) {
    constexpr std::array<std::string_view, 4> kNames{"connected", "static", "bgp", "kernel"};
    return kNames[static_cast<std::size_t>(source)];
}

std::string_view to_string(NextHopProblem problem) {
    constexpr std::array<std::string_view, 5> kTexts{
        "", "next hop not reachable", "next hop is an address of our own",
        "next hop is the first or last address of a network, which no host has",
        "the neighbor is down"};
    return kTexts[static_cast<std::size_t>(problem)];
}

std::uint64_t hash_value(const Forwarding& forwarding) {
    const auto seed = combine(static_cast<std::uint64_t>(forwarding.kind) + 1, forwarding.best);
    return combine(seed, forwarding.backup);
}

std::uint32_t RouteBatch::add(const Forwarding& forwarding) {
    const auto first = forwardings.size() - std::min(forwardings.size(), kRemembered);
    for (auto i = forwardings.size(); i-- > first;)
        if (forwardings[i] == forwarding) return static_cast<std::uint32_t>(i);
    forwardings.push_back(forwarding);
    return static_cast<std::uint32_t>(forwardings.size() - 1);
}

void RouteBatch::announce(const net::Prefix& prefix, RouteSource source, Distance distance,
                          const Forwarding& forwarding) {
    changes.push_back({prefix, source, distance, add(forwarding)});
}

void RouteBatch::withdraw(const net::Prefix& prefix, RouteSource source) {
    changes.push_back({prefix, source, 0, kWithdrawn});
}

}  // namespace dx::fib
