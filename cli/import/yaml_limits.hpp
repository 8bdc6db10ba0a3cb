// A neighbor's prefix limits as YAML writes them in one line.
#pragma once

#include <string>

#include "cli/import/model.hpp"

namespace dx::importing {

// {in: 1000, out: {ipv4: 100, ipv6: 50}}; "" if it has none.
std::string flow_limits(const Neighbor& neighbor);

}  // namespace dx::importing
