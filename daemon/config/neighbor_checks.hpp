// What must hold among the keys of a neighbor, and among neighbors.
#pragma once

#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/reader.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

// `value` is the mapping that the neighbor was read from.
void check_neighbor(Reader& reader, const Node& value, const Neighbor& neighbor);

// `list` is what the neighbors were read from, item by item.
void check_neighbors(Reader& reader, const Node& list, const std::vector<Neighbor>& neighbors);

}  // namespace dx::config
