// What does not come in batches: static routes, connected networks, preferred sources.
#include <utility>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

void Fib::set_static_routes(std::vector<StaticRoute> routes, TimePoint now) {
    now_ = now;
    static_routes_ = std::move(routes);
    refresh_static_routes();
    settle(now);
}

// Routes with the same prefix and distance share the traffic. An interface that is not there (yet)
// stands for a next hop that cannot be used.
void Fib::refresh_static_routes() {
    constexpr InterfaceIndex kMissing = 0xffffffff;
    std::map<StaticKey, Forwarding> now;
    for (const auto& route : static_routes_) {
        auto& forwarding = now[{route.prefix, route.distance}];
        if (route.blackhole) {
            forwarding.kind = ForwardingKind::Blackhole;
            continue;
        }
        NextHop next_hop{route.via, kNoInterface, route.neighbor};
        if (!route.interface.empty())
            next_hop.interface = interfaces_.find(route.interface).value_or(kMissing);
        forwarding.best.push_back(next_hop);
    }
    for (auto& [key, forwarding] : now)
        if (!forwarding.best.empty()) forwarding.kind = ForwardingKind::Unicast;
    const auto before = std::exchange(static_candidates_, now);
    const auto since = seconds_run();
    for (const auto& [key, forwarding] : before)
        if (!now.contains(key))
            remove_candidate(key.first, {kNoForwarding, 0, RouteSource::Static, key.second});
    for (const auto& [key, forwarding] : now) {
        const auto old = before.find(key);
        if (old != before.end() && old->second == forwarding) continue;
        set_candidate(key.first, {intern(forwarding), since, RouteSource::Static, key.second});
    }
}

void Fib::refresh_connected() {
    auto now = interfaces_.connected();
    const auto before = std::exchange(connected_, now);
    const auto since = seconds_run();
    for (const auto& [prefix, interfaces] : before)
        if (!now.contains(prefix))
            remove_candidate(prefix, {kNoForwarding, 0, RouteSource::Connected, 0});
    for (const auto& [prefix, interfaces] : now) {
        const auto old = before.find(prefix);
        if (old != before.end() && old->second == interfaces) continue;
        Forwarding forwarding;
        for (const auto interface : interfaces)
            forwarding.best.push_back({std::nullopt, interface});
        set_candidate(prefix,
                      {intern(forwarding), since, RouteSource::Connected, kConnectedDistance});
    }
}

// A preferred source is used while it is an address of ours. When it goes, Linux removes the IPv4
// routes that prefer it, and takes it out of the IPv6 ones.
void Fib::refresh_sources() {
    const std::optional<net::IpAddress> configured[] = {config_.source_v4, config_.source_v6};
    for (const auto family : {net::Family::Ipv4, net::Family::Ipv6}) {
        const auto& source = configured[static_cast<std::size_t>(family)];
        auto& used = sources_[static_cast<std::size_t>(family)];
        const auto now = source && interfaces_.has_address(*source) ? source : std::nullopt;
        if (now == used) continue;
        const bool gone = used && family == net::Family::Ipv4 && !interfaces_.has_address(*used);
        used = now;
        table_.entries().for_each([&](PrefixId id) {
            if (table_.entries().prefix(id).family() != family) return;
            auto& entry = table_.entries()[id];
            if (entry.has(flag::kInFlight))
                entry.set(flag::kRewrite | (gone ? flag::kDisturbed : 0));
            if (!entry.has(flag::kPresent)) return;
            entry.set(flag::kRewrite);
            if (gone) lose_route(id);
            enqueue(id);
        });
    }
}

}  // namespace dx::fib
