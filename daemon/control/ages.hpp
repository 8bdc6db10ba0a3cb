// Ages in what is shown: measured when a view is made; a handler derives points in time from them.
#pragma once

#include <chrono>

namespace dx::control {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;

}  // namespace dx::control
