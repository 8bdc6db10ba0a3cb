// A neighbor as `show ip bgp neighbors json` gives it: FRR's keys, ours besides.
#pragma once

#include "daemon/control/json_writer.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

void write_neighbor(const NeighborView& neighbor, JsonWriter& json);

}  // namespace dx::control
