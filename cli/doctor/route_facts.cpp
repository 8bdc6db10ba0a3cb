#include "cli/doctor/route_facts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "cli/fields.hpp"
#include "cli/table_reader.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::doctor {
namespace {

using cli::Object;
using cli::text;

// Routes that are compared with what was learnt; a host with more has a second routing daemon.
constexpr std::size_t kShadows = 1000;

using OnRow = std::function<void(const net::Prefix&, const boost::json::value&)>;

// Reads a table; rows whose key is no prefix do not exist.
void read_table(cli::Client& client, const std::string& target, const OnRow& on_row) {
    cli::TableReader reader([](const Object&) {},
                            [&](std::string_view key, const boost::json::value& value) {
                                if (const auto prefix = net::Prefix::parse(key))
                                    on_row(*prefix, value);
                            },
                            [](const Object&) {});
    client.stream(target, [&](std::string_view piece) {
        reader.feed(piece);
        return true;
    });
}

bool goes_by(const Object& route, const Neighbor& neighbor) {
    const auto peer = neighbor.address.to_string();
    return std::ranges::any_of(cli::list(route, "nexthops"), [&](const auto& each) {
        const auto& hop = each.as_object();
        return text(hop, "ip") == peer || text(hop, "resolvedFrom") == peer ||
               (!neighbor.link.name.empty() && text(hop, "interfaceName") == neighbor.link.name);
    });
}

// As `ip route` takes it.
std::string way_of(const Object& route) {
    const auto& hops = cli::list(route, "nexthops");
    if (hops.empty()) return {};
    const auto& hop = hops.front().as_object();
    if (!cli::has(hop, "ip")) return fmt::format("dev {}", text(hop, "interfaceName"));
    return fmt::format("via {} dev {}", text(hop, "ip"), text(hop, "interfaceName"));
}

// A route that may shadow what was learnt, and where it is counted if it does.
struct StaticRoute {
    net::Prefix prefix;
    std::string way;
    RouteCount Routes::* count;
};

// Those of other programs lead elsewhere, or by the same gateway without an end when the circuit
// fails; so do ours unless something watches them.
std::vector<StaticRoute> static_routes(cli::Client& client, std::string_view family,
                                       const Neighbor& neighbor, const Guarded& guarded) {
    std::vector<StaticRoute> routes;
    const auto read = [&](std::string_view source, const auto& count_of) {
        read_table(client, fmt::format("/v1/routes?family={}&source={}", family, source),
                   [&](const net::Prefix& prefix, const boost::json::value& sources) {
                       for (const auto& each : sources.as_array()) {
                           const auto& route = each.as_object();
                           const auto count = count_of(prefix, goes_by(route, neighbor));
                           if (count != nullptr && text(route, "protocol") == source &&
                               routes.size() < kShadows)
                               routes.push_back({prefix, way_of(route), count});
                       }
                   });
    };
    using Count = RouteCount Routes::*;
    read("kernel", [](const net::Prefix&, bool same_way) {
        return same_way ? &Routes::beneath_static : &Routes::beneath_foreign;
    });
    read("static", [&](const net::Prefix& prefix, bool same_way) {
        const bool endless = same_way && !guarded.contains(prefix.to_string());
        return endless ? &Routes::beneath_own : Count(nullptr);
    });
    return routes;
}

void add(const net::Prefix& prefix, std::string_view why, RouteCount& to) {
    if (to.count++ != 0) return;
    to.example = prefix.to_string();
    to.why = why;
}

// Where a route of a state that is not good is counted.
constexpr std::array<std::pair<std::string_view, RouteCount Routes::*>, 3> kTroubles{{
    {"conflict", &Routes::conflict},
    {"failed", &Routes::failed},
    {"unresolved", &Routes::unresolved},
}};

class Counting {
public:
    Counting(const Neighbor& neighbor, std::vector<StaticRoute> shadows, Routes& routes)
        : neighbor_(neighbor), shadows_(std::move(shadows)), routes_(routes) {}

    void take(const net::Prefix& prefix, const boost::json::array& sources) {
        const auto learnt = std::ranges::find_if(sources, [&](const auto& each) {
            return text(each.as_object(), "protocol") == "bgp" &&
                   goes_by(each.as_object(), neighbor_);
        });
        if (learnt == sources.end()) return;
        const auto preferred = std::ranges::find_if(
            sources, [](const auto& each) { return cli::flag(each.as_object(), "selected"); });
        if (preferred == sources.end() || preferred == learnt)
            return take_route(prefix, learnt->as_object());
        const auto source = text(preferred->as_object(), "protocol");
        if (source == "kernel") add(prefix, way_of(preferred->as_object()), routes_.conflict);
        if (source == "static") add(prefix, "", routes_.behind_static);
    }

    const std::optional<net::Prefix>& sample() const { return sample_; }

private:
    void take_route(const net::Prefix& prefix, const Object& route) {
        const auto state = text(route, "state");
        for (const auto& [word, count] : kTroubles)
            if (word == state) add(prefix, text(route, "stateText"), routes_.*count);
        if (state != "installed") return;
        ++routes_.installed;
        if (!sample_) sample_ = prefix;
        for (const auto& shadow : shadows_)
            if (!prefix.is_default() && prefix != shadow.prefix && prefix.contains(shadow.prefix))
                add(shadow.prefix, shadow.way, routes_.*shadow.count);
    }

    const Neighbor& neighbor_;
    std::vector<StaticRoute> shadows_;
    Routes& routes_;
    std::optional<net::Prefix> sample_;
};

net::IpAddress first_host(const net::Prefix& prefix) {
    auto bytes = net::IpAddress::V6Bytes{};
    const auto network = prefix.address().bytes();
    std::ranges::copy(network, bytes.begin());
    if (!prefix.is_host()) bytes[network.size() - 1] |= 1;
    return net::IpAddress::from_bytes(prefix.family(), bytes);
}

void take_source(cli::Client& client, const Neighbor& neighbor, const net::Prefix& prefix,
                 const SourceTowards& source, Routes& routes) {
    routes.source = source(first_host(prefix));
    routes.source_for = prefix.to_string();
    if (!routes.source) return;
    read_table(client,
               fmt::format("/v1/bgp/neighbors/{}/advertised-routes?family={}",
                           cli::percent_encoded(neighbor.label), net::to_string(prefix.family())),
               [&](const net::Prefix& advertised, const boost::json::value&) {
                   routes.source_advertised |= advertised.contains(*routes.source);
               });
}

}  // namespace

Routes ask_routes(cli::Client& client, const Neighbor& neighbor, const Guarded& guarded,
                  const SourceTowards& source) {
    Routes routes;
    for (const auto& family : neighbor.families) {
        if (!family.negotiated) continue;
        const auto name = net::to_string(family.family);
        Counting counting(neighbor, static_routes(client, name, neighbor, guarded), routes);
        read_table(client, fmt::format("/v1/routes?family={}", name),
                   [&](const net::Prefix& prefix, const boost::json::value& sources) {
                       counting.take(prefix, sources.as_array());
                   });
        if (counting.sample() && !routes.source)
            take_source(client, neighbor, *counting.sample(), source, routes);
    }
    return routes;
}

}  // namespace dx::doctor
