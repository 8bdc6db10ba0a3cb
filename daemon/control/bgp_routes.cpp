// GET /v1/bgp/routes: the table, or one route with every path and why each loser lost.
#include "daemon/control/bgp_json.hpp"
#include "daemon/control/bgp_table_head.hpp"
#include "daemon/control/bgp_table_stream.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"

namespace dx::control {
namespace {

Reply one_route(const BgpRouteView& route) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("prefix", route.prefix.to_string());
    json.member("version", route.version);
    json.key("advertisedTo").begin_object();
    for (const auto& name : route.advertised_to)
        json.key(name).begin_object().end_object();
    json.end_object();
    if (!route.not_installed.empty()) json.member("notInstalled", route.not_installed);
    json.key("paths").begin_array();
    for (const auto& path : route.paths)
        write_path_detail(route, path, json);
    json.end_array().end_object();
    return json_reply(std::move(body));
}

}  // namespace

Reply get_bgp_routes(const Call& call) {
    const auto selection = table_selection(call.request);
    if (!selection) return error_reply(selection.error());

    BgpQuery query;
    query.family = selection->family;
    query.prefix = selection->prefix;
    query.within = selection->within;
    query.address = selection->address;
    auto walk = call.queries.bgp_routes(query);
    if (!query.prefix && !query.address)
        return bgp_table_reply(table_head(call.queries.bgp(), query.family), std::move(walk),
                               table_format());

    std::vector<BgpRouteView> found;
    while (found.empty() && walk->next(1, found)) {
    }
    if (found.empty()) return error_reply(404, "network not in table");
    return one_route(found.front());
}

}  // namespace dx::control
