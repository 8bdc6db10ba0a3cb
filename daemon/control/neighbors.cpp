// GET /v1/bgp/neighbors and below: neighbors, and the tables of one.
#include <algorithm>

#include "daemon/control/bgp_table_head.hpp"
#include "daemon/control/find_neighbor.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/neighbor_json.hpp"

namespace dx::control {
namespace {

using Table = BgpQuery::Table;

bool has_family(const NeighborView& neighbor, std::optional<net::Family> family) {
    return !family || std::ranges::find(neighbor.families, *family, &NeighborFamilyView::family) !=
                          neighbor.families.end();
}

std::optional<PrefixLimitView> limit_out(const NeighborView& neighbor, net::Family family) {
    const auto found = std::ranges::find(neighbor.families, family, &NeighborFamilyView::family);
    return found == neighbor.families.end() ? std::nullopt : found->limit_out;
}

Reply neighbor_table(const Call& call, Table table, std::string_view rows) {
    const auto neighbor = find_neighbor(call.queries, call.captured.front());
    if (!neighbor) return error_reply(neighbor.error());
    const auto family = family_parameter(call.request);
    if (!family) return error_reply(family.error());
    if (!has_family(*neighbor, *family))
        return error_reply(404, "the neighbor does not have this address family");

    BgpQuery query;
    query.table = table;
    query.neighbor = neighbor->address;
    query.neighbor_interface = neighbor->interface;
    const auto first =
        neighbor->families.empty() ? net::Family::Ipv4 : neighbor->families.front().family;
    query.family = family->value_or(first);
    auto walk = call.queries.bgp_routes(query);
    if (rows.empty())
        return bgp_table_reply(table_head(call.queries.bgp(), query.family), std::move(walk),
                               table_format());
    std::optional<PrefixLimitView> limit;
    if (table == Table::Advertised) limit = limit_out(*neighbor, query.family);
    return bgp_table_reply(neighbor_table_head(call.queries.bgp(), query.family, rows),
                           std::move(walk), neighbor_table_format(limit));
}

Reply in_full(const Call& call, const std::vector<NeighborView>& neighbors) {
    const auto all_vrfs = all_vrfs_parameter(call.request);
    if (!all_vrfs) return error_reply(all_vrfs.error());
    std::string body;
    JsonWriter json(body);
    if (*all_vrfs) json.begin_object().key("default");
    json.begin_object();
    if (*all_vrfs) json.member("vrfId", 0).member("vrfName", "default");
    for (const auto& neighbor : neighbors) {
        json.key(neighbor_label(neighbor));
        write_neighbor(neighbor, json);
    }
    json.end_object();
    if (*all_vrfs) json.end_object();
    return json_reply(std::move(body));
}

}  // namespace

Reply get_neighbors(const Call& call) {
    const auto family = family_parameter(call.request);
    if (!family) return error_reply(family.error());
    auto neighbors = call.queries.neighbors();
    std::erase_if(neighbors, [&](const auto& each) { return !has_family(each, *family); });
    return in_full(call, neighbors);
}

Reply get_neighbor(const Call& call) {
    const auto neighbor = find_neighbor(call.queries, call.captured.front());
    if (!neighbor) return error_reply(neighbor.error());
    return in_full(call, {*neighbor});
}

Reply get_neighbor_received(const Call& call) {
    return neighbor_table(call, Table::Received, "receivedRoutes");
}

Reply get_neighbor_accepted(const Call& call) {
    return neighbor_table(call, Table::Accepted, "");
}

Reply get_neighbor_advertised(const Call& call) {
    return neighbor_table(call, Table::Advertised, "advertisedRoutes");
}

Reply get_neighbor_held_back(const Call& call) {
    return neighbor_table(call, Table::HeldBack, "heldBackRoutes");
}

}  // namespace dx::control
