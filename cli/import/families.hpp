// The address families of a neighbor.
#pragma once

#include <optional>

#include "cli/import/model.hpp"

namespace dx::importing {

// True for IPv6, false for IPv4; none where the session has both.
std::optional<bool> only_family(const Neighbor& neighbor);

}  // namespace dx::importing
