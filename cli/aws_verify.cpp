#include "cli/aws_verify.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <vector>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/import/addresses.hpp"
#include "cli/import/files.hpp"
#include "cli/table_reader.hpp"

namespace dx::cli {
namespace {

constexpr auto kExpected =
    "expected the JSON of `aws directconnect list-virtual-interface-routes`: "
    "{\"virtualInterfaceId\": …, "
    "\"routes\": […]}";

// Tools write the same member as routeDirection, RouteDirection or route_direction.
bool is_same_name(std::string_view a, std::string_view b) {
    const auto plain = [](std::string_view name) {
        std::string out;
        for (const unsigned char c : name)
            if (c != '_') out += static_cast<char>(std::tolower(c));
        return out;
    };
    return plain(a) == plain(b);
}

const boost::json::value* member(const Object& object, std::string_view name) {
    for (const auto& [key, value] : object)
        if (is_same_name(key, name)) return &value;
    return nullptr;
}

std::string member_text(const Object& object, std::string_view name) {
    const auto* const value = member(object, name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<boost::json::value> documents(std::string_view text, const std::string& file) {
    std::vector<boost::json::value> all;
    boost::json::stream_parser parser;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n,"), text.size()));
        if (text.empty()) return all;
        boost::system::error_code error;
        text.remove_prefix(parser.write_some(text.data(), text.size(), error));
        if (!error && text.empty()) parser.finish(error);
        if (error || !parser.done())
            throw Failure(fmt::format("{} is not JSON: {} ({})", file, error.message(), kExpected));
        all.push_back(parser.release());
        parser.reset();
    }
}

// "64512 {65001 65002}"
std::string path_text(const boost::json::value& path) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
    if (!path.is_array()) return {};
    for (const auto& segment : path.get_array()) {
        if (segment.is_number()) add(std::to_string(segment.to_number<std::int64_t>()));
        if (!segment.is_object()) continue;
        const auto* const numbers = member(segment.get_object(), "path");
        const auto inner = numbers ? path_text(*numbers) : std::string();
        add(member_text(segment.get_object(), "pathType") == "set" ? '{' + inner + '}' : inner);
    }
    return text;
}

// What AWS says of a route besides its prefix.
std::string details_of(const Object& route) {
    std::string text;
    const auto add = [&](std::string_view what, const std::string& value) {
        if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, value);
    };
    if (const auto* const path = member(route, "asPath")) add("path", path_text(*path));
    std::string communities;
    if (const auto* const all = member(route, "communities"); all && all->is_array())
        for (const auto& each : all->get_array())
            if (each.is_string())
                communities += (communities.empty() ? "" : " ") + std::string(each.get_string());
    add("communities", communities);
    add("since", member_text(route, "routeInstalledAt"));
    return text;
}

void add_route(const Object& route, std::string direction, AwsRouteList& out) {
    if (direction.empty()) direction = member_text(route, "routeDirection");
    const auto prefix = importing::parse_prefix(member_text(route, "cidr"));
    if (!prefix || (direction != "accepted" && direction != "advertised"))
        throw Failure(
            fmt::format("a route in it has no cidr, or no routeDirection ({})", kExpected));
    auto& family = importing::is_ipv6(*prefix) ? out.ipv6 : out.ipv4;
    (direction == "accepted" ? family.accepted : family.advertised)[*prefix] = details_of(route);
}

void add_page(const Object& page, AwsRouteList& out) {
    if (const auto id = member_text(page, "virtualInterfaceId"); !id.empty()) {
        if (!out.virtual_interface.empty() && out.virtual_interface != id)
            throw Failure("its pages are of several virtual interfaces: " + out.virtual_interface +
                          " and " + id);
        out.virtual_interface = id;
    }
    out.has_more = !member_text(page, "nextToken").empty();
    bool any = false;
    // `routes` with a direction each; or, sorted already, `accepted` and `advertised`.
    for (const auto* const name : {"routes", "accepted", "advertised"}) {
        const auto* const routes = member(page, name);
        if (!routes || !routes->is_array()) continue;
        any = true;
        for (const auto& route : routes->get_array())
            if (route.is_object())
                add_route(route.get_object(), name == std::string_view("routes") ? "" : name, out);
    }
    if (!any) throw Failure(fmt::format("it has no routes ({})", kExpected));
}

std::string canonical(std::string_view prefix) {
    return importing::parse_prefix(prefix).value_or(std::string(prefix));
}

// What is in `ours` alone.
std::size_t print_ours(std::string_view title, const std::set<std::string>& ours,
                       const std::map<std::string, std::string>& theirs, Output& out) {
    std::size_t count = 0;
    for (const auto& prefix : ours) {
        if (theirs.contains(prefix)) continue;
        if (count++ == 0) out.print("  {}:\n", title);
        out.print("    {}\n", prefix);
    }
    return count;
}

std::size_t print_theirs(std::string_view title, const std::map<std::string, std::string>& theirs,
                         const std::set<std::string>& ours, Output& out) {
    std::size_t count = 0;
    for (const auto& [prefix, details] : theirs) {
        if (ours.contains(prefix)) continue;
        if (count++ == 0) out.print("  {}:\n", title);
        out.print("    {}{}{}\n", prefix, details.empty() ? "" : "   ", details);
    }
    return count;
}

struct Neighbor {
    std::string address;
    std::string name;
    std::string state;
};

std::set<std::string> prefixes_of(Client& client, const Neighbor& neighbor,
                                  std::string_view table) {
    std::set<std::string> prefixes;
    TableReader reader([](const Object&) {},
                       [&](std::string_view prefix, const boost::json::value&) {
                           prefixes.insert(canonical(prefix));
                       },
                       [](const Object&) {});
    const auto* const family = importing::is_ipv6(neighbor.address) ? "ipv6" : "ipv4";
    client.stream(fmt::format("/v1/bgp/neighbors/{}/{}?family={}",
                              percent_encoded(neighbor.address), table, family),
                  [&](std::string_view piece) {
                      reader.feed(piece);
                      return true;
                  });
    return prefixes;
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

}  // namespace

AwsRouteList parse_aws_routes(const std::string& text, const std::string& file) {
    AwsRouteList out;
    const auto all = documents(text, file);
    if (all.empty()) throw Failure(fmt::format("{} is empty ({})", file, kExpected));
    for (const auto& document : all) {
        if (document.is_object())
            add_page(document.get_object(), out);
        else if (document.is_array())
            for (const auto& page : document.get_array())
                add_page(page.is_object() ? page.get_object() : Object(), out);
        else
            throw Failure(fmt::format("{} has no routes ({})", file, kExpected));
    }
    return out;
}

std::size_t print_difference(const AwsRoutes& aws, const OurRoutes& ours, Output& out) {
    const auto count =
        print_ours("sent by us, not accepted by AWS", ours.sent, aws.accepted, out) +
        print_theirs("accepted by AWS, not sent by us", aws.accepted, ours.sent, out) +
        print_theirs("advertised by AWS, not received by us", aws.advertised, ours.received, out) +
        print_ours("received by us, not advertised by AWS", ours.received, aws.advertised, out);
    out.print("  {} sent, {} accepted; {} advertised, {} received: {}\n", ours.sent.size(),
              aws.accepted.size(), aws.advertised.size(), ours.received.size(),
              count == 0 ? "the same" : "they differ");
    return count;
}

void verify_aws(Invocation& call) {
    const auto file = std::string(call.argument());
    std::string content;
    try {
        content = importing::read_source(file);
    } catch (const importing::Unreadable& error) {
        throw Failure(error.what());
    }
    const auto aws = parse_aws_routes(content, file);
    if (aws.has_more)
        throw Failure(file +
                      " is not all: it has a nextToken (expected all pages, one behind the other)");
    std::size_t differences = 0;
    for (const auto& neighbor : neighbors_of(call, aws.virtual_interface)) {
        call.out.print("{} ({}){}{}\n", neighbor.name, neighbor.address,
                       aws.virtual_interface.empty() ? "" : ", ", aws.virtual_interface);
        if (neighbor.state != "Established")
            call.out.print("  the session is not up: {}\n", neighbor.state);
        const OurRoutes ours{prefixes_of(call.client, neighbor, "advertised-routes"),
                             prefixes_of(call.client, neighbor, "received-routes")};
        differences += print_difference(importing::is_ipv6(neighbor.address) ? aws.ipv6 : aws.ipv4,
                                        ours, call.out);
    }
    if (differences != 0)
        throw Failure(fmt::format("AWS and dxrouted do not agree about {} route{}", differences,
                                  differences == 1 ? "" : "s"));
}

}  // namespace dx::cli
