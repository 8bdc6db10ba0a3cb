// A hook that is a URL: the event is posted to it, and anything but a 2xx in time is a failure.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/hook_queue.hpp"

namespace dx::daemon {

boost::asio::awaitable<HookResult> tell_webhook(HookJob job);

}  // namespace dx::daemon
