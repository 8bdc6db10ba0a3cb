// Graceful restart of a neighbor as JSON: FRR's `gracefulRestartInfo`, and what it has no keys for.
#pragma once

#include "daemon/control/json_writer.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

// Within `neighborCapabilities`.
void write_restart_capability(const bgp::GracefulRestart& theirs, JsonWriter& json);

void write_restart(const NeighborView& neighbor, JsonWriter& json);

}  // namespace dx::control
