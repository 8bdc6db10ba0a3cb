// `ip route` and `ipv6 route`: static routes.
#pragma once

#include "cli/import/ios_line.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

void take_static_route(const IosLine& line, LineAccount& account, Configuration& out);

}  // namespace dx::importing
