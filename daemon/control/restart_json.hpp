// Graceful restart of a neighbor as JSON: FRR's `gracefulRestartInfo`, and what it has no keys for.
#pragma once

#include "daemon/control/json_writer.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

void write_restart(const NeighborView& neighbor, JsonWriter& json);

}  // namespace dx::control
