// An entry of the forwarding table as JSON.
#pragma once

#include "daemon/control/json_writer.hpp"
#include "daemon/control/route_views.hpp"

namespace dx::control {

// One element of `show ip route json`: PREFIX[].
void write_route(const RouteView& route, JsonWriter& json);

}  // namespace dx::control
