// `show ip bgp` and the tables of a neighbor, to the column as Cisco IOS prints them.
#include <algorithm>

#include "cli/command.hpp"
#include "cli/fields.hpp"
#include "cli/table_reader.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kNetworkWidth = 16;
constexpr std::size_t kNextHopWidth = 15;
constexpr std::size_t kNetworkColumn = 5;
constexpr std::size_t kNextHopColumn = kNetworkColumn + kNetworkWidth + 1;
constexpr std::size_t kPathColumn = kNextHopColumn + kNextHopWidth + 26;

// One line of the table, whichever of the two JSON forms it came in.
struct Line {
    bool stale = false;
    bool valid = false;
    bool best = false;
    bool multipath = false;
    bool internal = false;
    std::string_view next_hop;
    std::string metric;
    std::string local_pref;
    std::int64_t weight = 0;
    std::string_view path;
    std::string_view origin;
};

std::string_view first_next_hop(const Object& path) {
    const auto& hops = list(path, "nexthops");
    return hops.empty() || !hops.front().is_object() ? "" : text(hops.front().get_object(), "ip");
}

std::string_view origin_letter(std::string_view name) {
    return name == "IGP" ? "i" : name == "EGP" ? "e" : "?";
}

Line line_of_path(const Object& path) {
    return {.stale = flag(path, "stale"),
            .valid = flag(path, "valid"),
            .best = flag(path, "bestpath"),
            .multipath = flag(path, "multipath"),
            .internal = text(path, "pathFrom") == "internal",
            .next_hop = first_next_hop(path),
            .metric = optional_number(path, "metric"),
            .local_pref = optional_number(path, "locPrf"),
            .weight = number(path, "weight"),
            .path = text(path, "path"),
            .origin = origin_letter(text(path, "origin"))};
}

Line line_of_neighbor_route(const Object& route) {
    const auto& symbols = child(route, "appliedStatusSymbols");
    const auto hop = text(route, "nextHop");
    return {.stale = has(symbols, "S"),
            .valid = has(symbols, "*"),
            .best = has(symbols, ">"),
            .multipath = has(symbols, "m"),
            .internal = has(symbols, "i"),
            .next_hop = hop.empty() ? text(route, "nextHopGlobal") : hop,
            .metric = optional_number(route, "metric"),
            .local_pref = optional_number(route, "locPrf"),
            .weight = number(route, "weight"),
            .path = text(route, "path"),
            .origin = text(route, "bgpOriginCode")};
}

// A path that is too long for a terminal's line is cut, but no number of it, nor the origin behind
// it.
std::string path_text(std::string_view path, std::size_t width) {
    constexpr std::size_t kOrigin = 2, kEllipsis = 2;
    const auto room = std::max(width, kPathColumn + kOrigin) - kPathColumn - kOrigin;
    if (width == 0 || path.size() <= room) return std::string(path);
    const auto end = room < kEllipsis ? path.npos : path.rfind(' ', room - kEllipsis);
    return end == path.npos ? "…" : fmt::format("{} …", path.substr(0, end));
}

// `network` is "" for the further paths of the same one. What is too long for its column stands
// alone and the rest goes on below, in place.
void print_line(std::string_view network, const Line& line, Output& out) {
    out.print("{}{}{}{} ", line.stale ? 'S' : ' ', line.valid ? '*' : ' ',
              line.best        ? '>'
              : line.multipath ? 'm'
                               : ' ',
              line.internal ? 'i' : ' ');
    if (network.size() <= kNetworkWidth)
        out.print("{:<{}} ", network, kNetworkWidth);
    else
        out.print("{}\n{:{}}", network, "", kNextHopColumn);
    if (line.next_hop.size() <= kNextHopWidth)
        out.print("{:<{}}", line.next_hop, kNextHopWidth);
    else
        out.print("{}\n{:{}}", line.next_hop, "", kNextHopColumn + kNextHopWidth);
    out.print(" {:>10} {:>6} {:>6} {}{}{}\n", line.metric, line.local_pref, line.weight,
              path_text(line.path, out.style().width), line.path.empty() ? "" : " ", line.origin);
}

void print_head(const Object& head, Output& out) {
    const auto either = [&](const char* one, const char* other) {
        return has(head, one) ? one : other;
    };
    const auto version = number(head, either("tableVersion", "bgpTableVersion"));
    const auto router_id = text(head, either("routerId", "bgpLocalRouterId"));
    out.print("BGP table version is {}, local router ID is {}\n", version, router_id);
    out.write(
        "Status codes: s suppressed, d damped, h history, * valid, > best, i - internal, "
        "m multipath, S Stale\n"
        "Origin codes: i - IGP, e - EGP, ? - incomplete\n\n"
        "     Network          Next Hop            Metric LocPrf Weight Path\n");
}

void print_row(std::string_view prefix, const boost::json::value& row, Output& out) {
    if (row.is_object()) return print_line(prefix, line_of_neighbor_route(row.get_object()), out);
    if (!row.is_array()) return;
    for (const auto& path : row.get_array()) {
        if (path.is_object()) print_line(prefix, line_of_path(path.get_object()), out);
        prefix = {};
    }
}

// What the limit for the neighbor keeps from it.
void print_left_out(const Object& tail, Output& out) {
    const auto max = number(tail, "maxPrefixCounter");
    if (const auto aggregated = number(tail, "aggregatedPrefixCounter"); aggregated != 0)
        out.print(
            "{} more {} covered by the aggregates among them, since not all fit into "
            "prefix-limit out of {}\n",
            aggregated, aggregated == 1 ? "is" : "are", max);
    if (const auto held = number(tail, "heldBackPrefixCounter"); held != 0)
        out.print("{} more {} not fit into prefix-limit out of {}: held back (held-back-routes)\n",
                  held, held == 1 ? "does" : "do", max);
}

void show_table(Invocation& call, const std::string& target, bool counted) {
    if (passed_on_as_json(call, target)) return;
    std::uint64_t rows = 0;
    TableReader reader([&](const Object& head) { print_head(head, call.out); },
                       [&](std::string_view prefix, const boost::json::value& row) {
                           ++rows;
                           print_row(prefix, row, call.out);
                       },
                       [&](const Object& tail) {
                           if (!counted) return;
                           call.out.print("\nTotal number of prefixes {}\n", rows);
                           print_left_out(tail, call.out);
                       });
    call.client.stream(target, [&](std::string_view piece) {
        reader.feed(piece);
        return call.out.is_open();
    });
}

}  // namespace

void show_bgp_table(Invocation& call) {
    auto target = "/v1/bgp/routes?family=" + std::string(call.family());
    if (call.match.has("longer-prefixes")) target += "&within=" + percent_encoded(call.argument());
    show_table(call, target, false);
}

void show_neighbor_routes(Invocation& call) {
    auto target = "/v1/bgp/neighbors/" + percent_encoded(call.argument()) + '/';
    target += call.match.words.back();
    if (call.match.words[1] == "bgp") target += "?family=" + std::string(call.family());
    show_table(call, target, true);
}

}  // namespace dx::cli
