#include "daemon/control/bgp_table_head.hpp"

#include "daemon/control/bgp_json.hpp"

namespace dx::control {
namespace {

constexpr std::uint32_t kDefaultLocalPref = 100;

struct Symbol {
    std::string_view name;
    std::string_view symbol;
};

constexpr Symbol kStatusCodes[] = {
    {"suppressed", "s"}, {"damped", "d"},   {"history", "h"},    {"valid", "*"}, {"best", ">"},
    {"multipath", "m"},  {"internal", "i"}, {"ribFailure", "r"}, {"stale", "S"}, {"removed", "R"},
};
constexpr Symbol kOriginCodes[] = {{"igp", "i"}, {"egp", "e"}, {"incomplete", "?"}};

std::uint64_t table_version(const BgpView& bgp, net::Family family) {
    for (const auto& table : bgp.tables)
        if (table.family == family) return table.version;
    return 0;
}

std::string router_id(const BgpView& bgp) {
    return bgp::to_string(bgp.router_id.value_or(bgp::RouterId{}));
}

void write_symbols(std::string_view key, std::span<const Symbol> symbols, JsonWriter& json) {
    json.key(key).begin_object();
    for (const auto& [name, symbol] : symbols)
        json.member(name, symbol);
    json.end_object();
}

}  // namespace

std::string table_head(const BgpView& bgp, net::Family family) {
    std::string head;
    JsonWriter json(head);
    json.begin_object().member("vrfId", 0).member("vrfName", "default");
    json.member("tableVersion", table_version(bgp, family)).member("routerId", router_id(bgp));
    json.member("defaultLocPrf", kDefaultLocalPref).member("localAS", bgp.local_as);
    json.key("routes").begin_object();
    return head + '\n';
}

BgpTableFormat table_format() {
    return {[](const BgpRouteView& route, JsonWriter& json) {
                json.begin_array();
                for (const auto& path : route.paths)
                    write_path(route, path, json);
                json.end_array();
            },
            [](std::uint64_t routes, std::uint64_t) {
                return "},\"totalRoutes\":" + std::to_string(routes) + "}\n";
            }};
}

std::string neighbor_table_head(const BgpView& bgp, net::Family family, std::string_view rows) {
    std::string head;
    JsonWriter json(head);
    json.begin_object().member("bgpTableVersion", table_version(bgp, family));
    json.member("bgpLocalRouterId", router_id(bgp));
    json.member("defaultLocPrf", kDefaultLocalPref).member("localAS", bgp.local_as);
    write_symbols("bgpStatusCodes", kStatusCodes, json);
    write_symbols("bgpOriginCodes", kOriginCodes, json);
    json.key(rows).begin_object();
    return head + '\n';
}

BgpTableFormat neighbor_table_format(const std::optional<PrefixLimitView>& limit_out) {
    std::string left_out;
    if (limit_out)
        left_out = ",\"maxPrefixCounter\":" + std::to_string(limit_out->max) +
                   ",\"heldBackPrefixCounter\":" + std::to_string(limit_out->beyond) +
                   ",\"aggregatedPrefixCounter\":" + std::to_string(limit_out->aggregated);
    return {write_neighbor_route, [left_out](std::uint64_t routes, std::uint64_t rejected) {
                return "},\"totalPrefixCounter\":" + std::to_string(routes) +
                       ",\"filteredPrefixCounter\":" + std::to_string(rejected) + left_out + "}\n";
            }};
}

}  // namespace dx::control
