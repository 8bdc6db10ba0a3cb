// A hook that is a program: started without a shell, with nothing of ours but stderr, and killed
// with all it started when its time is over.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/hook_queue.hpp"

namespace dx::daemon {

boost::asio::awaitable<HookResult> run_command(HookJob job);

}  // namespace dx::daemon
