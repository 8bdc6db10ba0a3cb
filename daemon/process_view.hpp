// What the kernel says of this process, and of its network namespace's TCP: read from /proc.
// Knows nothing of the router.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "daemon/control/health_views.hpp"

namespace dx::daemon {

// To be asked once: it is worked out from two clocks, and would not come out quite the same again.
std::chrono::system_clock::time_point process_start();

control::ProcessView process_view(std::chrono::system_clock::time_point started);

// From /proc/net/netstat, which is pairs of lines: names, values.
std::optional<control::Md5View> md5_view(std::string_view netstat);
std::optional<control::Md5View> md5_view();

}  // namespace dx::daemon
