#include "cli/import/ios_routes.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/names.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr std::string_view kOptions[] = {
    "name",        "tag",  "track",  "permanent", "bfd",       "vrf",   "table",   "label",
    "nexthop-vrf", "dhcp", "global", "onlink",    "multicast", "color", "segments"};

bool is_discarded(std::string_view word) {
    return word == "Null0" || word == "null0" || word == "blackhole" || word == "reject";
}

bool is_interface(std::string_view word) {
    return !word.empty() && std::isalpha(static_cast<unsigned char>(word.front())) != 0 &&
           !is_address(word) && std::ranges::find(kOptions, word) == std::end(kOptions);
}

// At `at`, which is moved behind it.
void take_next_hop(const IosLine& line, std::size_t& at, StaticRoute& route) {
    if (is_discarded(line.word(at))) {
        route.blackhole = true;
        ++at;
        return;
    }
    // Either may come first.
    if (is_interface(line.word(at))) route.interface = line.word(at++);
    if (is_address(line.word(at))) route.via = line.word(at++);
    if (route.interface.empty() && is_interface(line.word(at))) route.interface = line.word(at++);
}

// Words behind the next hop; false where one changes what the route means.
bool take_options(const IosLine& line, std::size_t at, StaticRoute& route, std::string& lost) {
    for (; at < line.words.size(); ++at) {
        const auto word = line.word(at);
        if (const auto distance = to_number(word); distance >= 1 && distance <= 254)
            route.distance = distance;
        else if (word == "bfd")
            route.bfd = true;
        else if (word == "name")
            route.comment = line.word(++at);
        else if (word == "tag" || word == "track")
            lost += fmt::format("{}{} {}", lost.empty() ? "" : ", ", word, line.word(++at));
        else if (word == "permanent")
            lost += lost.empty() ? "permanent" : ", permanent";
        else
            return false;
    }
    return true;
}

// A link-local next hop is nowhere without its interface.
bool is_complete(const StaticRoute& route) {
    if (is_ipv6_link_local(route.via) && route.interface.empty()) return false;
    const auto is_v6 = [](const std::string& text) { return text.find(':') != text.npos; };
    if (!route.via.empty() && is_v6(route.via) != is_v6(route.prefix)) return false;
    if (route.blackhole) return route.via.empty() && route.interface.empty();
    return !route.via.empty() || !route.interface.empty();
}

}  // namespace

// PREFIX|ADDRESS MASK [INTERFACE] [ADDRESS] [DISTANCE] [name N] [tag N] [track N] [permanent] [bfd]
void take_static_route(const IosLine& line, Dialect dialect, LineAccount& account,
                       Configuration& out) {
    std::size_t at = 3;
    auto prefix = parse_prefix(line.word(2));
    if (const auto length = mask_length(line.word(3)); !prefix && length)
        prefix = parse_prefix(fmt::format("{}/{}", line.word(2), *length)), at = 4;
    if (line.negated || !prefix)
        return account.skip(line, "it is not a static route of the one table that dxrouted has");
    StaticRoute route{.prefix = *prefix};
    const bool answers = line.word(at) == "reject";
    take_next_hop(line, at, route);
    std::string lost;
    if (!route.interface.empty() &&
        (dialect == Dialect::Cisco || !is_interface_name(route.interface)))
        lost = std::exchange(route.interface, {});
    if (!take_options(line, at, route, lost) || !is_complete(route) ||
        (route.bfd && route.via.empty()))
        return account.skip(
            line, "dxrouted's static routes have a next hop or an interface, distance and BFD");
    const bool again = std::ranges::any_of(out.static_routes, [&](const auto& other) {
        return other.prefix == route.prefix && other.via == route.via &&
               other.interface == route.interface;
    });
    if (again) return account.needless(line, "the route is there already");
    out.static_routes.push_back(std::move(route));
    if (!lost.empty()) lost = "without " + lost;
    if (answers)
        lost += fmt::format("{}a blackhole: who sends there is not told that it is unreachable",
                            lost.empty() ? "" : "; ");
    lost.empty() ? account.done(line) : account.changed(line, lost);
}

}  // namespace dx::importing
