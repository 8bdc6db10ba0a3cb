// `verify aws`: what AWS shows of a virtual interface's routes against what we sent and received.

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/aws_compare.hpp"
#include "cli/aws_route_list.hpp"
#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/import/addresses.hpp"
#include "cli/import/files.hpp"
#include "cli/table_reader.hpp"

namespace dx::cli {
namespace {

std::string canonical(std::string_view prefix) {
    return importing::parse_prefix(prefix).value_or(std::string(prefix));
}

// A way in which the two sides can differ: what is in one of them alone.
struct Way {
    std::string_view title;
    std::string_view key;  // in JSON
    std::map<std::string, std::string> RouteDifference::* routes;
};

constexpr std::array kWays{
    Way{"sent by us, not accepted by AWS", "sentNotAccepted", &RouteDifference::sent_alone},
    Way{"accepted by AWS, not sent by us", "acceptedNotSent", &RouteDifference::accepted_alone},
    Way{"advertised by AWS, not received by us", "advertisedNotReceived",
        &RouteDifference::advertised_alone},
    Way{"received by us, not advertised by AWS", "receivedNotAdvertised",
        &RouteDifference::received_alone},
};

// A way in which the routes of both can differ.
struct OtherWay {
    std::string_view title;
    std::string_view key;  // in JSON
    std::map<std::string, AttributeDifferences> RouteDifference::* routes;
};

constexpr std::array kOtherWays{
    OtherWay{"accepted by AWS otherwise than sent by us", "acceptedOtherwise",
             &RouteDifference::accepted_otherwise},
    OtherWay{"advertised by AWS otherwise than received by us", "advertisedOtherwise",
             &RouteDifference::advertised_otherwise},
};

struct Neighbor {
    std::string address;
    std::string name;
    std::string state;

    bool is_up() const { return state == "Established"; }
};

OurRoute our_route(const boost::json::value& row) {
    if (!row.is_object()) return {};
    const auto& route = row.get_object();
    return {std::string(text(route, "path")),
            aws_communities_in(text(child(route, "community"), "string"))};
}

OurRoutesByPrefix routes_of(Client& client, const Neighbor& neighbor, std::string_view table) {
    OurRoutesByPrefix routes;
    TableReader reader([](const Object&) {},
                       [&](std::string_view prefix, const boost::json::value& row) {
                           routes.emplace(canonical(prefix), our_route(row));
                       },
                       [](const Object&) {});
    const auto* const family = importing::is_ipv6(neighbor.address) ? "ipv6" : "ipv4";
    client.stream(fmt::format("/v1/bgp/neighbors/{}/{}?family={}",
                              percent_encoded(neighbor.address), table, family),
                  [&](std::string_view piece) {
                      reader.feed(piece);
                      return true;
                  });
    return routes;
}

bool is_named(std::string_view description, const std::string& id) {
    const auto at = description.find(id);
    const auto end = at + id.size();
    return at != description.npos &&
           (end == description.size() ||
            std::isalnum(static_cast<unsigned char>(description[end])) == 0);
}

// The one that was named; else those whose description has the virtual interface's identifier.
std::vector<Neighbor> neighbors_of(Invocation& call, const std::string& id) {
    const auto named = call.argument_after("neighbor");
    const auto target = "/v1/bgp/neighbors" + (named.empty() ? "" : '/' + percent_encoded(named));
    const auto body = parse_object(call.client.get(target));
    std::vector<Neighbor> found;
    for (const auto& [address, value] : body) {
        const auto& neighbor = value.as_object();
        if (!named.empty() || (!id.empty() && is_named(text(neighbor, "nbrDesc"), id)))
            found.push_back({address, std::string(text(neighbor, "name")),
                             std::string(text(neighbor, "bgpState"))});
    }
    if (found.empty())
        throw Failure(
            fmt::format("no neighbor has {} in its description (expected verify aws FILE neighbor "
                        "NEIGHBOR)",
                        id.empty() ? "the virtual interface's identifier" : id),
            kUsage);
    return found;
}

// One neighbor, compared.
struct Verified {
    Neighbor neighbor;
    AwsRoutes aws;
    OurRoutes ours;
    RouteDifference difference;
};

Verified verified(Client& client, const AwsRouteList& list, const Neighbor& neighbor) {
    Verified out{neighbor,
                 importing::is_ipv6(neighbor.address) ? list.ipv6 : list.ipv4,
                 {routes_of(client, neighbor, "advertised-routes"),
                  routes_of(client, neighbor, "received-routes")},
                 {}};
    out.difference = compare(out.aws, list.directions, out.ours);
    return out;
}

std::string described(const AttributeDifferences& attributes) {
    const auto shown = [](const std::string& value) { return value.empty() ? "none" : value; };
    std::string text;
    for (const auto& [key, values] : attributes)
        text += fmt::format("{}{}: {} here, {} at AWS", text.empty() ? "" : "; ",
                            key == "asPath" ? "path" : key, shown(values.ours), shown(values.aws));
    return text;
}

void print_counts(const Verified& verified, AwsDirections directions, Output& out) {
    const auto& [neighbor, aws, ours, difference] = verified;
    std::vector<std::string> counts;
    if (directions.accepted)
        counts.push_back(
            fmt::format("{} sent, {} accepted", ours.sent.size(), aws.accepted.size()));
    if (directions.advertised)
        counts.push_back(
            fmt::format("{} advertised, {} received", aws.advertised.size(), ours.received.size()));
    out.print("  {}: {}\n", fmt::join(counts, "; "),
              difference.count() == 0 ? "the same" : "they differ");
}

void print(const Verified& verified, const AwsRouteList& list, Output& out) {
    const auto& [neighbor, aws, ours, difference] = verified;
    const auto& virtual_interface = list.virtual_interface;
    out.print("{} ({}){}{}\n", neighbor.name, neighbor.address,
              virtual_interface.empty() ? "" : ", ", virtual_interface);
    if (!neighbor.is_up()) out.print("  the session is not up: {}\n", neighbor.state);
    for (const auto& [title, key, routes] : kWays) {
        if (!(difference.*routes).empty()) out.print("  {}:\n", title);
        for (const auto& [prefix, details] : difference.*routes)
            out.print("    {}{}{}\n", prefix, details.empty() ? "" : "   ", details);
    }
    for (const auto& [title, key, routes] : kOtherWays) {
        if (!(difference.*routes).empty()) out.print("  {}:\n", title);
        for (const auto& [prefix, attributes] : difference.*routes)
            out.print("    {}   {}\n", prefix, described(attributes));
    }
    print_counts(verified, list.directions, out);
}

Object as_json(const Verified& verified) {
    const auto& [neighbor, aws, ours, difference] = verified;
    Object out{{"neighbor", neighbor.name},       {"address", neighbor.address},
               {"state", neighbor.state},         {"sent", ours.sent.size()},
               {"accepted", aws.accepted.size()}, {"advertised", aws.advertised.size()},
               {"received", ours.received.size()}};
    for (const auto& [title, key, routes] : kWays) {
        auto& list = out[key].emplace_object();
        for (const auto& [prefix, details] : difference.*routes)
            list[prefix] = Object{{"details", details}};
    }
    for (const auto& [title, key, routes] : kOtherWays) {
        auto& list = out[key].emplace_object();
        for (const auto& [prefix, attributes] : difference.*routes) {
            auto& route = list[prefix].emplace_object();
            for (const auto& [name, values] : attributes)
                route[name] = Object{{"ours", values.ours}, {"aws", values.aws}};
        }
    }
    return out;
}

// "IPv6: 3 routes of AWS are compared with no neighbor", where nobody was named.
std::vector<std::string> left_out(const AwsRouteList& list, const std::vector<Verified>& all) {
    std::vector<std::string> lines;
    for (const bool ipv6 : {false, true}) {
        const auto& aws = ipv6 ? list.ipv6 : list.ipv4;
        const auto routes = aws.accepted.size() + aws.advertised.size();
        const bool compared = std::ranges::any_of(all, [ipv6](const Verified& one) {
            return importing::is_ipv6(one.neighbor.address) == ipv6;
        });
        if (routes != 0 && !compared)
            lines.push_back(fmt::format("{}: {} routes of AWS are compared with no neighbor",
                                        ipv6 ? "IPv6" : "IPv4", routes));
    }
    return lines;
}

// The directions that the file has no route of at all.
std::vector<std::string_view> not_compared(AwsDirections directions) {
    std::vector<std::string_view> names;
    if (!directions.accepted) names.emplace_back("accepted");
    if (!directions.advertised) names.emplace_back("advertised");
    return names;
}

void report(Invocation& call, const AwsRouteList& list, const std::vector<Verified>& all,
            std::size_t differences) {
    const auto missing = not_compared(list.directions);
    if (!call.json) {
        for (const auto& each : all)
            print(each, list, call.out);
        for (const auto direction : missing)
            call.out.print("Not compared: the file has no {} routes\n", direction);
        return;
    }
    Object out{{"schema", 1},
               {"virtualInterfaceId", list.virtual_interface},
               {"notCompared", boost::json::array(missing.begin(), missing.end())}};
    auto& neighbors = out["neighbors"].emplace_array();
    for (const auto& each : all)
        neighbors.push_back(as_json(each));
    out["differences"] = differences;
    call.out.write(boost::json::serialize(out) + '\n');
}

AwsRouteList read_list(const std::string& file) {
    std::string content;
    try {
        content = importing::read_source(file);
    } catch (const importing::Unreadable& error) {
        throw Failure(error.what());
    }
    auto list = parse_aws_routes(content, file);
    if (list.has_more)
        throw Failure(file +
                      " is not all: it has a nextToken (expected all pages, one behind the other)");
    return list;
}

}  // namespace

void verify_aws(Invocation& call) {
    const auto list = read_list(std::string(call.argument()));
    std::vector<Verified> all;
    std::size_t differences = 0;
    for (const auto& neighbor : neighbors_of(call, list.virtual_interface)) {
        all.push_back(verified(call.client, list, neighbor));
        differences += all.back().difference.count();
    }
    report(call, list, all, differences);
    const auto uncompared = left_out(list, all);
    if (call.argument_after("neighbor").empty() && !uncompared.empty())
        throw Failure(fmt::format("{} (none has {} in its description)",
                                  fmt::join(uncompared, "; "), list.virtual_interface));
    if (differences != 0)
        throw Failure(fmt::format("AWS and dxrouted do not agree about {} route{}", differences,
                                  differences == 1 ? "" : "s"));
}

}  // namespace dx::cli
