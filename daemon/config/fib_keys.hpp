// The keys of `fib`.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/key.hpp"

namespace dx::config {

Keys<FibSettings> fib_keys();

}  // namespace dx::config
