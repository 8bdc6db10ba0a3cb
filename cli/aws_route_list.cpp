#include "cli/aws_route_list.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "cli/command_tree.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/import/addresses.hpp"

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

AwsRoute route_of(const Object& route) {
    AwsRoute out;
    const auto add = [&](std::string_view what, const std::string& value) {
        if (!value.empty())
            out.details += fmt::format("{}{} {}", out.details.empty() ? "" : ", ", what, value);
    };
    if (const auto* const path = member(route, "asPath"); path && path->is_array()) {
        out.as_path = path_text(*path);
        add("path", *out.as_path);
    }
    if (const auto* const all = member(route, "communities"); all && all->is_array()) {
        std::string communities;
        for (const auto& each : all->get_array())
            if (each.is_string())
                communities += (communities.empty() ? "" : " ") + std::string(each.get_string());
        out.communities = aws_communities_in(communities);
        add("communities", communities);
    }
    add("since", member_text(route, "routeInstalledAt"));
    return out;
}

void add_direction(std::string_view direction, AwsRouteList& out) {
    (direction == "accepted" ? out.directions.accepted : out.directions.advertised) = true;
}

void add_route(const Object& route, std::string direction, AwsRouteList& out) {
    if (direction.empty()) direction = member_text(route, "routeDirection");
    const auto prefix = importing::parse_prefix(member_text(route, "cidr"));
    if (!prefix || (direction != "accepted" && direction != "advertised"))
        throw Failure(
            fmt::format("a route in it has no cidr, or no routeDirection ({})", kExpected));
    auto& family = importing::is_ipv6(*prefix) ? out.ipv6 : out.ipv4;
    add_direction(direction, out);
    (direction == "accepted" ? family.accepted : family.advertised)[*prefix] = route_of(route);
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
        const auto direction = name == std::string_view("routes") ? "" : name;
        if (*direction) add_direction(direction, out);  // an empty one is said, too
        for (const auto& route : routes->get_array())
            if (route.is_object()) add_route(route.get_object(), direction, out);
    }
    if (!any) throw Failure(fmt::format("it has no routes ({})", kExpected));
}

}  // namespace

AwsCommunities aws_communities_in(std::string_view text) {
    AwsCommunities found;
    for (auto& community : split_words(text))
        if (community.starts_with("7224:")) found.insert(std::move(community));
    return found;
}

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
    if (!out.directions.accepted && !out.directions.advertised) out.directions = {true, true};
    return out;
}

}  // namespace dx::cli
