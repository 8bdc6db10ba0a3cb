// What must hold of the aggregates under a neighbor's `prefix-limit: out`, once it has been read.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/reader.hpp"

namespace dx::config {

void check_aggregates(Reader& reader, const Node& neighbor_map, const Neighbor& neighbor);

}  // namespace dx::config
