// `show ip route` and `show ipv6 route`, laid out as Cisco IOS does: the routes in use, and ours
// that are not with the reason behind them. What only stands back behind a better source is shown
// where one source is asked for, and with `--wide`, which adds the backups too.
#include <algorithm>
#include <array>
#include <utility>

#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/table_reader.hpp"

namespace dx::cli {
namespace {

constexpr std::array<std::string_view, 4> kSources{"bgp", "static", "connected", "kernel"};

std::string_view letter(std::string_view protocol) {
    if (protocol == "connected") return "C";
    if (protocol == "static") return "S";
    return protocol == "bgp" ? "B" : "K";
}

// Why a route is not in the kernel as it should be; "" if it is.
std::string trouble(const Object& route) {
    const auto state = text(route, "state");
    const auto why = text(route, "stateText");
    if (state == "installed" || state.empty()) return {};
    if (state == "queued") return " (queued)";
    const auto* const what = state == "inactive" ? "inactive" : "not installed";
    return why.empty() ? fmt::format(" ({})", what) : fmt::format(" ({}: {})", what, why);
}

std::string hop_note(const Object& hop) {
    if (const auto why = text(hop, "passedOver"); !why.empty())
        return fmt::format(" (not used yet: {})", why);
    if (flag(hop, "backup")) return " (backup)";
    return flag(hop, "active") ? "" : " (inactive)";
}

std::string_view interface_of(const Object& hop) {
    return flag(hop, "blackhole") ? "Null0" : text(hop, "interfaceName");
}

class RoutePrinter {
public:
    // `one_source`: only the routes of one were asked for.
    RoutePrinter(const Invocation& call, bool one_source)
        : ipv6_(call.match.has("ipv6")),
          wide_(call.wide),
          all_(call.wide || one_source),
          out_(call.out) {}

    void print(std::string_view prefix, const boost::json::value& routes) {
        if (!routes.is_array()) return;
        for (const auto& each : routes.get_array()) {
            const auto& route = each.as_object();
            if (is_standing_back(route) && !all_) continue;
            auto note = trouble(route);
            if (ipv6_)
                print_ipv6(prefix, route, std::move(note));
            else
                print_ipv4(prefix, route, std::move(note));
        }
    }

private:
    static bool is_standing_back(const Object& route) {
        return text(route, "state") == "inactive" && text(route, "stateText").empty();
    }

    static std::string metric(const Object& route) {
        return fmt::format("[{}/{}]", number(route, "distance"), number(route, "metric"));
    }

    bool is_shown(const Object& hop) const { return wide_ || !flag(hop, "backup"); }

    // "B     10.0.0.0/16 [20/0] via 169.254.10.1, 00:10:11, eth0.259"; further next hops below the
    // bracket. A star marks the default route.
    void print_ipv4(std::string_view prefix, const Object& route, std::string note) {
        const bool is_default = prefix.ends_with("/0");
        auto start = fmt::format("{}{:<5}{} ", letter(text(route, "protocol")),
                                 is_default ? "*" : "", prefix);
        for (const auto& each : list(route, "nexthops")) {
            const auto& hop = each.as_object();
            if (!is_shown(hop)) continue;
            out_.write_row(start + way(route, hop), note.empty() ? hop_note(hop) : note);
            start.assign(start.size(), ' ');
            note.clear();
        }
        if (start.front() != ' ')  // none known
            out_.write_row(fmt::format("{}{}, {}", start, metric(route), text(route, "uptime")),
                           note);
    }

    static std::string way(const Object& route, const Object& hop) {
        const auto interface = interface_of(hop);
        if (!has(hop, "ip")) return fmt::format("is directly connected, {}", interface);
        return fmt::format("{} via {}, {}{}{}", metric(route), text(hop, "ip"),
                           text(route, "uptime"), interface.empty() ? "" : ", ", interface);
    }

    // "B   2001:db8::/32 [20/0]", and each next hop on a line of its own.
    void print_ipv6(std::string_view prefix, const Object& route, std::string note) {
        out_.print("{:<3} {} {}\n", letter(text(route, "protocol")), prefix, metric(route));
        bool any = false;
        for (const auto& each : list(route, "nexthops")) {
            const auto& hop = each.as_object();
            if (!is_shown(hop)) continue;
            const auto interface = interface_of(hop);
            const auto via =
                has(hop, "ip")
                    ? fmt::format("     via {}{}{}, {}", text(hop, "ip"),
                                  interface.empty() ? "" : ", ", interface, text(route, "uptime"))
                    : fmt::format("     via {}, directly connected", interface);
            out_.write_row(via, note.empty() ? hop_note(hop) : note);
            note.clear();
            any = true;
        }
        if (!any) out_.print("     no next hop{}\n", note);
    }

    bool ipv6_;
    bool wide_;
    bool all_;
    Output& out_;
};

std::string target_of(const Invocation& call) {
    auto target = route_table_target(call.match);
    if (const auto argument = call.argument(); !argument.empty()) {
        const bool prefix = argument.find('/') != std::string_view::npos;
        target += call.match.has("longer-prefixes") ? "&within="
                  : prefix                          ? "&prefix="
                                                    : "&address=";
        target += percent_encoded(argument);
    }
    return target;
}

std::string last_resort(Client& client) {
    const auto table = parse_object(client.get("/v1/routes?family=ipv4&prefix=0.0.0.0%2F0"));
    for (const auto& route : list(table, "0.0.0.0/0")) {
        if (!flag(route.as_object(), "selected")) continue;
        for (const auto& hop : list(route.as_object(), "nexthops"))
            return fmt::format("{} to network 0.0.0.0", has(hop.as_object(), "ip")
                                                            ? text(hop.as_object(), "ip")
                                                            : "0.0.0.0");
    }
    return "not set";
}

void print_head(Invocation& call, bool ipv6) {
    if (ipv6) {
        call.out.write("IPv6 Routing Table - default\n");
        call.out.write("Codes: C - connected, S - static, B - BGP, K - kernel\n");
        return;
    }
    call.out.write("Codes: C - connected, S - static, B - BGP, K - kernel\n\n");
    call.out.print("Gateway of last resort is {}\n\n", last_resort(call.client));
}

void show_table(Invocation& call, const std::string& target) {
    print_head(call, call.match.has("ipv6"));
    const bool one_source = std::ranges::any_of(
        kSources, [&](std::string_view source) { return call.match.has(source); });
    RoutePrinter printer(call, one_source);
    TableReader reader([](const Object&) {},
                       [&](std::string_view prefix, const boost::json::value& routes) {
                           printer.print(prefix, routes);
                       },
                       [](const Object&) {});
    call.client.stream(target, [&](std::string_view piece) {
        reader.feed(piece);
        return call.out.is_open();
    });
}

// What share of the traffic each next hop gets; all the same is not worth a word.
bool is_weighted(const Object& route) {
    return std::ranges::any_of(list(route, "nexthops"), [](const auto& hop) {
        return has(hop.as_object(), "weight") && number(hop.as_object(), "weight") > 1;
    });
}

void print_entry(std::string_view prefix, const Object& route, Output& out) {
    out.print("Routing entry for {}\n", prefix);
    out.print("  Known via \"{}\", distance {}, metric {}{}\n", text(route, "protocol"),
              number(route, "distance"), number(route, "metric"),
              flag(route, "selected") ? ", best" : "");
    out.print("  Last update {} ago{}\n", text(route, "uptime"),
              flag(route, "installed") ? ", installed" : trouble(route));
    const bool weighted = is_weighted(route);
    if (const auto until = text(route, "kept"); !until.empty()) out.print("  Stale: {}\n", until);
    for (const auto& each : list(route, "nexthops")) {
        const auto& hop = each.as_object();
        const auto interface = interface_of(hop);
        const auto* const mark = flag(hop, "fib") || flag(hop, "blackhole") ? "*" : " ";
        if (!has(hop, "ip"))
            out.print("  {} directly connected, {}", mark, interface);
        else
            out.print("  {} {}{}{}", mark, text(hop, "ip"), interface.empty() ? "" : ", via ",
                      interface);
        if (const auto from = text(hop, "resolvedFrom"); !from.empty()) out.print(", for {}", from);
        if (weighted && !flag(hop, "backup")) out.print(", weight {}", number(hop, "weight"));
        out.print("{}\n", hop_note(hop));
    }
}

// One prefix, or what an address goes by: every source of it in full.
void show_entry(Invocation& call, const std::string& target) {
    const auto table = parse_object(call.client.get(target));
    if (table.empty()) throw Failure("network not in table");
    for (const auto& [prefix, routes] : table)
        for (const auto& route : routes.as_array())
            print_entry(prefix, route.as_object(), call.out);
}

}  // namespace

std::string route_table_target(const Match& match) {
    std::string target = "/v1/routes?family=";
    target += match.has("ipv6") ? "ipv6" : "ipv4";
    for (const auto source : kSources)
        if (match.has(source)) target += fmt::format("&source={}", source);
    return target;
}

void show_routes(Invocation& call) {
    const auto target = target_of(call);
    if (passed_on_as_json(call, target)) return;
    if (call.argument().empty() || call.match.has("longer-prefixes"))
        show_table(call, target);
    else
        show_entry(call, target);
}

}  // namespace dx::cli
