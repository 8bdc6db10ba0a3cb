// What the kernel or another program did to routes of ours, as events, and its names in events and
// metrics. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "daemon/events.hpp"
#include "libfib/netlink/note.hpp"

namespace dx::daemon {

// "conflict", "route-refused"; empty: it is none.
std::string_view incident_name(fib::FibNote::Kind kind);

// What somebody has to know of: what is wrong, and that it is over. None: a note for the log alone.
std::optional<Event> kernel_event(const netlink::Note& note);

}  // namespace dx::daemon
