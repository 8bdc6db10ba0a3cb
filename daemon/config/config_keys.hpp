// The sections of the file: one row each.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/key.hpp"

namespace dx::config {

// In an order in which what is referred to comes before what refers to it.
Keys<Config> config_keys();

}  // namespace dx::config
