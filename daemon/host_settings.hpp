// What the kernel's settings make of the configuration, where that is not what was meant: said in
// the log at start and reload. `dxctl doctor` looks at many more.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace dx::daemon {

// `proc_sys` is "/proc/sys" of the namespace that the daemon lives in.
std::vector<std::string> unsuitable_host_settings(const config::Config& config,
                                                  const std::string& proc_sys = "/proc/sys");

}  // namespace dx::daemon
