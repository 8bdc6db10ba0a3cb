// The keys of a neighbor and what must hold among them.
#pragma once

#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/key.hpp"

namespace dx::config {

Keys<Neighbor> neighbor_keys();

// The list under `neighbors`, each of them read as: defaults, then keys, then checks.
std::vector<Neighbor> read_neighbors(Reader& reader, const Node& value);

// What differs from the defaults of its profile.
Node write_neighbor(const Neighbor& neighbor, const BfdTimers& bfd);

}  // namespace dx::config
