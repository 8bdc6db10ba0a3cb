// What one neighbor's sessions look like from outside, at one moment.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "libbgp/fsm/event.hpp"
#include "libbgp/session/session_events.hpp"
#include "libbgp/session/settings.hpp"

namespace dx::bgp {

using SteadyTime = std::chrono::steady_clock::time_point;

struct MessageCounters {
    std::uint64_t opens = 0;
    std::uint64_t updates = 0;
    std::uint64_t notifications = 0;
    std::uint64_t keepalives = 0;
    std::uint64_t route_refreshes = 0;

    std::uint64_t total() const {
        return opens + updates + notifications + keepalives + route_refreshes;
    }

    std::uint64_t& of(MessageType type);
};

struct TrafficStatus {
    MessageCounters messages;
    std::uint64_t bytes = 0;
    std::optional<SteadyTime> last;  // message of any kind
    std::optional<SteadyTime> last_update;
    std::map<NotificationName, std::uint64_t> notifications;  // how many of each

    void note(const Notification& notification);
};

struct SessionStatus {
    State state = State::Idle;
    SteadyTime since;       // in this state
    SessionEpoch epoch{0};  // of the current, else the last session; 0: there was none
    std::optional<Negotiated> negotiated;  // only in Established
    std::optional<Endpoint> local;         // of the connection that is furthest
    std::optional<Endpoint> remote;

    bool shutdown = false;   // by the operator: "Idle (Admin)"
    bool held_down = false;  // by a prefix limit, for a time: "Idle (PfxCt)"
    bool reachable = true;   // as set_reachable said
    std::string unreachable_reason;
    std::string last_error;  // why there is no session now; empty in Established
    std::optional<std::chrono::milliseconds>
        next_attempt_in;  // ConnectRetry, IdleHold or held down

    TrafficStatus in;
    TrafficStatus out;
    std::size_t in_queue = 0;   // bytes received and not yet processed
    std::size_t out_queue = 0;  // bytes encoded that the socket has not yet taken

    std::uint32_t established_count = 0;            // sessions so far
    std::uint32_t dropped_count = 0;                // of which ended
    std::map<DownCause, std::uint32_t> dropped_by;  // of those, why
    std::uint32_t internal_errors = 0;
    std::optional<SteadyTime> established_at;  // of the current session
    std::optional<DownReason> last_down;       // of a session that was established
    std::optional<SteadyTime> last_down_at;
};

}  // namespace dx::bgp
