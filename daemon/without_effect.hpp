// Settings that this version reads and checks, but does not act on yet: said at start and reload,
// so that nobody relies on them. A row goes when its capability comes.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace dx::daemon {

// A line for each kind of setting, with the neighbors that it stands at.
std::vector<std::string> without_effect(const config::Config& config);

}  // namespace dx::daemon
