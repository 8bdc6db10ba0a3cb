// Which neighbor a request means.
#pragma once

#include <string_view>

#include "daemon/control/forms.hpp"
#include "daemon/control/router_queries.hpp"

namespace dx::control {

// The neighbor that is called `wanted`: by its name, its address, or `fe80::1%eth0`. Refused where
// there is none (404), and where a link-local address is a neighbor on several interfaces: the
// refusal then lists them.
OrRefusal<NeighborView> find_neighbor(const RouterQueries& queries, std::string_view wanted);

}  // namespace dx::control
