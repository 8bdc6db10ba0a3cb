// GET /v1/bgp/neighbors and below: neighbors, and the tables of one.
#include <algorithm>

#include "daemon/control/bgp_table_head.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/neighbor_json.hpp"

namespace dx::control {
namespace {

using Table = BgpQuery::Table;

bool is_called(const NeighborView& neighbor, std::string_view text) {
    if (neighbor.name == text || neighbor_label(neighbor) == text) return true;
    const auto address = net::IpAddress::parse(text);
    return address && *address == neighbor.address;
}

std::optional<NeighborView> find_neighbor(const Call& call) {
    auto neighbors = call.queries.neighbors();
    const auto& wanted = call.captured.front();
    const auto found = std::ranges::find_if(
        neighbors, [&](const NeighborView& neighbor) { return is_called(neighbor, wanted); });
    if (found == neighbors.end()) return std::nullopt;
    return std::move(*found);
}

Reply no_such_neighbor(const Call& call) {
    return error_reply(404, "no such neighbor: " + call.captured.front());
}

bool has_family(const NeighborView& neighbor, std::optional<net::Family> family) {
    return !family || std::ranges::find(neighbor.families, *family, &NeighborFamilyView::family) !=
                          neighbor.families.end();
}

Reply neighbor_table(const Call& call, Table table, std::string_view rows) {
    const auto neighbor = find_neighbor(call);
    if (!neighbor) return no_such_neighbor(call);
    const auto family = family_parameter(call.request);
    if (!family) return error_reply(400, family.error().text);
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
    return bgp_table_reply(neighbor_table_head(call.queries.bgp(), query.family, rows),
                           std::move(walk), neighbor_table_format());
}

}  // namespace

Reply get_neighbors(const Call& call) {
    const auto family = family_parameter(call.request);
    if (!family) return error_reply(400, family.error().text);
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    for (const auto& neighbor : call.queries.neighbors()) {
        if (!has_family(neighbor, *family)) continue;
        json.key(neighbor_label(neighbor));
        write_neighbor(neighbor, json);
    }
    json.end_object();
    return json_reply(std::move(body));
}

Reply get_neighbor(const Call& call) {
    const auto neighbor = find_neighbor(call);
    if (!neighbor) return no_such_neighbor(call);
    std::string body;
    JsonWriter json(body);
    json.begin_object().key(neighbor_label(*neighbor));
    write_neighbor(*neighbor, json);
    json.end_object();
    return json_reply(std::move(body));
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

}  // namespace dx::control
