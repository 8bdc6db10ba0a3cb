// A BGP path as JSON, in FRR's keys: in a table (short) and alone (detailed).
#pragma once

#include "daemon/control/json_writer.hpp"
#include "daemon/control/route_views.hpp"

namespace dx::control {

std::string_view origin_name(bgp::Origin origin);  // "IGP", "EGP", "incomplete"
std::string_view origin_code(bgp::Origin origin);  // "i", "e", "?"

// One element of `show ip bgp json`: routes.PREFIX[].
void write_path(const BgpRouteView& route, const BgpPathView& path, JsonWriter& json);

// One element of `show ip bgp PREFIX json`: paths[].
void write_path_detail(const BgpRouteView& route, const BgpPathView& path, JsonWriter& json);

// One element of `… received-routes json` and `… advertised-routes json`.
void write_neighbor_route(const BgpRouteView& route, JsonWriter& json);

}  // namespace dx::control
