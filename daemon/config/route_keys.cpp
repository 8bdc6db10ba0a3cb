#include "daemon/config/route_keys.hpp"

#include <map>
#include <string>
#include <tuple>

#include "daemon/config/bfd_keys.hpp"
#include "daemon/config/each_once.hpp"
#include "daemon/config/kinds.hpp"

namespace dx::config {
namespace {

constexpr WordOf<Network::When> kWhenWords[] = {{"always", Network::When::Always},
                                                {"route", Network::When::Route}};

constexpr Key<Network> kNetworkKeys[] = {
    key<&Network::prefix, PrefixKind>("prefix", Effect::Live, true),
    key<&Network::when, Word<kWhenWords>>("when"),
};

// PREFIX, or {prefix: PREFIX, when: route}.
struct NetworkKind {
    using Value = Network;

    static std::optional<Network> read(Reader& reader, const Node& value) {
        Network network;
        if (value.is_map()) {
            read_keys(reader, value, Keys<Network>(kNetworkKeys), network);
            return network;
        }
        const auto prefix = PrefixKind::read(reader, value);
        if (!prefix) return std::nullopt;
        network.prefix = *prefix;
        return network;
    }

    static Node write(const Network& value) {
        if (value.when == Network::When::Always) return PrefixKind::write(value.prefix);
        auto map = Node::map();
        map.add("prefix", PrefixKind::write(value.prefix));
        map.add("when", Word<kWhenWords>::write(value.when));
        return map;
    }

    static Schema schema() {
        return Schema::any_of({PrefixKind::schema(), schema_of(Keys<Network>(kNetworkKeys))});
    }
};

struct Redistributed {
    bgp::PolicyPtr policy;
};

constexpr Key<Redistributed> kRedistributedKeys[] = {
    key<&Redistributed::policy, PolicyName>("policy", Effect::Live, true),
};

// {policy: NAME}
struct RedistributedKind {
    using Value = bgp::PolicyPtr;

    static std::optional<bgp::PolicyPtr> read(Reader& reader, const Node& value) {
        if (value.is_null()) {
            reader.wrong(value, "", "{policy: NAME}");
            return std::nullopt;
        }
        Redistributed one;
        read_keys(reader, value, Keys<Redistributed>(kRedistributedKeys), one);
        return one.policy;
    }

    static Node write(const bgp::PolicyPtr& value) {
        auto map = Node::map();
        map.add("policy", PolicyName::write(value));
        return map;
    }

    static Schema schema() { return schema_of(Keys<Redistributed>(kRedistributedKeys)); }
};

constexpr Key<Redistribute> kRedistributeKeys[] = {
    key<&Redistribute::connected, RedistributedKind>("connected"),
    key<&Redistribute::static_routes, RedistributedKind>("static"),
    key<&Redistribute::kernel, RedistributedKind>("kernel"),
};

// true | false | {interval: …, multiplier: …}
struct RouteBfdKind {
    using Value = std::optional<BfdTimers>;

    static std::optional<Value> read(Reader& reader, const Node& value) {
        auto timers = reader.config().bfd;
        if (value.is_map()) {
            read_keys(reader, value, bfd_keys(), timers);
            return timers;
        }
        const auto on = Flag::read(reader, value);
        if (!on) return std::nullopt;
        return *on ? Value(timers) : Value();
    }

    static Node write(const Value& value) {
        if (!value) return Flag::write(false);
        auto map = Node::map();
        map.add("interval", BfdInterval::write(value->interval));
        map.add("multiplier", BfdMultiplier::write(value->multiplier));
        return map;
    }

    static Schema schema() { return Schema::any_of({Schema::boolean(), schema_of(bfd_keys())}); }
};

constexpr Key<Tracking> kTrackingKeys[] = {
    key<&Tracking::interval, Duration<milliseconds, 100, 60'000>>("interval"),
    key<&Tracking::misses, Number<std::uint8_t, 1, 255>>("misses"),
};

// true | false | {interval: …, misses: …}
struct TrackingKind {
    using Value = std::optional<Tracking>;

    static std::optional<Value> read(Reader& reader, const Node& value) {
        Tracking tracking;
        if (value.is_map()) {
            read_keys(reader, value, Keys<Tracking>(kTrackingKeys), tracking);
            return tracking;
        }
        const auto on = Flag::read(reader, value);
        if (!on) return std::nullopt;
        return *on ? Value(tracking) : Value();
    }

    static Node write(const Value& value) {
        if (!value || *value == Tracking()) return Flag::write(value.has_value());
        return write_keys(Keys<Tracking>(kTrackingKeys), *value, Tracking());
    }

    static Schema schema() {
        return Schema::any_of({Schema::boolean(), schema_of(Keys<Tracking>(kTrackingKeys))});
    }
};

constexpr Key<StaticRoute> kStaticKeys[] = {
    key<&StaticRoute::prefix, PrefixKind>("prefix", Effect::Live, true),
    key<&StaticRoute::via, HostAddress>("via"),
    key<&StaticRoute::interface, InterfaceName>("interface"),
    key<&StaticRoute::blackhole, Flag>("blackhole"),
    key<&StaticRoute::distance, Number<std::uint8_t, 1, 254>>("distance"),
    key<&StaticRoute::bfd, RouteBfdKind>("bfd"),
    key<&StaticRoute::track, TrackingKind>("track"),
};

void check_static(Reader& reader, const Node& map, const StaticRoute& route) {
    const bool via = map.find("via"), interface = map.find("interface");
    if (!via && !interface && !route.blackhole)
        reader.problem(map, "a route to nowhere (expected via, interface or blackhole: true)");
    else if (route.blackhole && (via || interface))
        reader.problem(*map.find("blackhole"),
                       "it has a next hop too (expected via, interface or blackhole: true)");
    if (route.via && map.find("prefix") && route.via->family() != route.prefix.family())
        reader.problem(*map.find("via"),
                       "via: '" + route.via->to_string() +
                           "' is of another family than the prefix (expected an " +
                           (route.prefix.address().is_v4() ? "IPv4" : "IPv6") + " address)");
    if (route.via && route.via->is_scoped() && !interface)
        reader.problem(*map.find("via"), "via: '" + route.via->to_string() +
                                             "' is link-local and needs an interface (expected "
                                             "interface: NAME)");
    if (route.bfd && !via)
        reader.problem(*map.find("bfd"), "bfd: there is no neighbor to watch (expected via)");
    if (route.track && !via)
        reader.problem(*map.find("track"), "track: there is no gateway to ask (expected via)");
    else if (route.track && route.bfd)
        reader.problem(*map.find("track"),
                       "track: BFD watches the gateway already (expected one of them)");
}

// A host is watched by one BFD session, or tracked once, and that goes by one link.
void check_watched(Reader& reader, const Node& list, const std::vector<StaticRoute>& routes) {
    std::map<std::pair<net::IpAddress, bool>, const StaticRoute*> watched;
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const auto& route = routes[i];
        if (!route.bfd && !route.track) continue;
        if (!route.via || route.via->is_scoped() || route.interface.empty()) continue;
        const bool by_bfd = route.bfd.has_value();
        const auto* first = watched.try_emplace({*route.via, by_bfd}, &route).first->second;
        if (first->interface == route.interface) continue;
        reader.problem(*list.items[i].find("interface"),
                       std::string("interface: ") + (by_bfd ? "BFD watches" : "track asks") + " '" +
                           route.via->to_string() + "' on " + first->interface +
                           " already (expected the same interface)");
    }
}

}  // namespace

std::optional<NetworksKind::Value> NetworksKind::read(Reader& reader, const Node& value) {
    const auto networks = ListOf<NetworkKind>::read(reader, value);
    if (!networks || !value.is_list()) return networks;
    expect_each_once(reader, value, *networks, &Network::prefix);
    for (std::size_t i = 0; i < networks->size(); ++i) {
        const auto& prefix = (*networks)[i].prefix;
        if (prefix.address().is_multicast())
            reader.problem(value.items[i],
                           "'" + prefix.to_string() + "' is multicast (expected unicast, for BGP)");
    }
    return networks;
}

Node NetworksKind::write(const Value& value) {
    return ListOf<NetworkKind>::write(value);
}

Schema NetworksKind::schema() {
    return ListOf<NetworkKind>::schema();
}

Keys<Redistribute> redistribute_keys() {
    return kRedistributeKeys;
}

std::optional<StaticRoutesKind::Value> StaticRoutesKind::read(Reader& reader, const Node& value) {
    Value routes;
    if (!value.is_list()) {
        if (!value.is_null())
            reader.wrong(value, "a list", "a list as - {prefix: 10.1.0.0/16, via: 192.168.1.1}");
        return routes;
    }
    std::map<std::tuple<net::Prefix, std::optional<net::IpAddress>, std::string>, int> seen;
    for (const auto& item : value.items) {
        StaticRoute route;
        read_keys(reader, item, Keys<StaticRoute>(kStaticKeys), route);
        if (item.is_map() || item.is_null()) check_static(reader, item, route);
        const auto [first, is_new] =
            seen.try_emplace({route.prefix, route.via, route.interface}, item.at.line);
        if (!is_new && item.find("prefix")) reader.repeated(item, "this route", first->second);
        routes.push_back(std::move(route));
    }
    check_watched(reader, value, routes);
    return routes;
}

Node StaticRoutesKind::write(const Value& value) {
    std::vector<Node> items;
    for (const auto& route : value) {
        auto map = Node::map();
        map.add("prefix", PrefixKind::write(route.prefix));
        StaticRoute defaults;
        defaults.prefix = route.prefix;
        auto rest = write_keys(Keys<StaticRoute>(kStaticKeys), route, defaults);
        for (auto& entry : rest.entries)
            map.add(entry.key, std::move(entry.value));
        items.push_back(std::move(map));
    }
    return Node::list(std::move(items));
}

Schema StaticRoutesKind::schema() {
    return Schema::list(schema_of(Keys<StaticRoute>(kStaticKeys)));
}

}  // namespace dx::config
