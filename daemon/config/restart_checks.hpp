// What must hold between graceful restart and what becomes of the kernel's routes when we stop.
#pragma once

#include "daemon/config/reader.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

// When all has been read: `fib` may stand after the neighbors.
void check_restart_keeps_forwarding(Reader& reader, const Node& root);

}  // namespace dx::config
