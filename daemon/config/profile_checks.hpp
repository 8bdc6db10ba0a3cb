// What AWS refuses or does not carry, of a neighbor with a profile of AWS's.
#pragma once

#include "daemon/config/checked_neighbor.hpp"

namespace dx::config {

void check_profile(const Checked& checked);

}  // namespace dx::config
