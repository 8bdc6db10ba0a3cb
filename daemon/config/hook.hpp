// `hooks`: which events are told to whom.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/config/values.hpp"

namespace dx::config {

// What hooks ask for: coarser than what happens (daemon/events.hpp), for what is done about it is
// the same.
enum class HookEvent : std::uint8_t {
    NeighborUp,
    NeighborDown,
    BfdDown,
    GatewayUp,
    GatewayDown,
    PrefixLimit,
    Failover,
    Configuration,
};

struct Webhook {
    std::string url;  // as written
    Endpoint endpoint;
    std::string target;  // "/path?query"

    friend bool operator==(const Webhook&, const Webhook&) = default;
};

// What is done about events: a program is run, or a URL is told.
struct Hook {
    std::vector<HookEvent> on;
    std::vector<std::string> command;  // a program's path and its arguments; empty: `webhook`
    std::optional<Webhook> webhook;
    milliseconds timeout{10'000};

    friend bool operator==(const Hook&, const Hook&) = default;
};

}  // namespace dx::config
