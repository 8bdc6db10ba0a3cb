// `ip route` and `ipv6 route`: static routes.
#pragma once

#include "cli/import/ios.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

// Names of interfaces are taken over from FRR alone: Cisco's are not Linux's.
void take_static_route(const IosLine& line, Dialect dialect, LineAccount& account,
                       Configuration& out);

}  // namespace dx::importing
