// What can happen to a neighbor (RFC 4271 8.1), and what is then to be done. Values only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libbgp/fsm/down_reason.hpp"
#include "libbgp/fsm/negotiation.hpp"

namespace dx::bgp {

enum class State : std::uint8_t { Idle, Connect, Active, OpenSent, OpenConfirm, Established };

std::string_view to_string(State state);

// One TCP connection; numbers are given out by the driver and not used again.
enum class ConnectionId : std::uint32_t {};

enum class Direction : std::uint8_t { Outgoing, Incoming };

enum class Timer : std::uint8_t {
    ConnectRetry,  // of the neighbor: when to dial again
    IdleHold,      // of the neighbor: how long to stay in Idle after a failure
    Settle,        // of the neighbor: a session this old counts as stable
    Hold,          // of a connection
    Keepalive,     // of a connection
    SendHold,      // of a connection; runs only while something waits to be written, and starts
                   // again whenever the peer takes some of it (RFC 9687)
};

std::string_view to_string(Timer timer);

constexpr bool is_of_connection(Timer timer) {
    return timer >= Timer::Hold;
}

namespace event {

struct Start {};

// Ends everything. What is connected gets the reason's notification, where there is one;
// connections that come in later are refused.
struct Stop {
    DownReason reason;
};

// Ends the session or the attempts in progress and starts again: almost at once where it is our
// operator's wish (DownCause::Administrative), else damped like an error.
struct Reset {
    DownReason reason;
};

struct Connected {  // TCP is up, in either direction
    ConnectionId connection{};
    Direction direction{};
};

struct ConnectFailed {  // what Dial asked for did not work
    std::string text;
    std::chrono::milliseconds took{0};
};

struct Closed {  // TCP, not by us
    ConnectionId connection{};
    std::string text;
};

struct OpenReceived {
    ConnectionId connection{};
    Open open;
};

struct KeepaliveReceived {
    ConnectionId connection{};
};

struct UpdateReceived {
    ConnectionId connection{};
};

struct RouteRefreshReceived {
    ConnectionId connection{};
};

struct NotificationReceived {
    ConnectionId connection{};
    Notification notification;
};

struct MalformedMessage {  // what framing or decoding found, with the NOTIFICATION due
    ConnectionId connection{};
    Notification notification;
    std::string text;
};

struct InternalError {  // a bug of ours came up while the connection was served
    ConnectionId connection{};
    std::string text;
};

struct Expired {
    Timer timer{};
    ConnectionId connection{};  // only for timers of a connection
};

}  // namespace event

using Event =
    std::variant<event::Start, event::Stop, event::Reset, event::Connected, event::ConnectFailed,
                 event::Closed, event::OpenReceived, event::KeepaliveReceived,
                 event::UpdateReceived, event::RouteRefreshReceived, event::NotificationReceived,
                 event::MalformedMessage, event::InternalError, event::Expired>;

std::string describe(const Event& event);  // "OPEN received", "IdleHold timer expired"

namespace action {

struct Dial {};

struct CancelDial {};

struct SendOpen {
    ConnectionId connection{};
    Open open;
};

struct SendKeepalive {
    ConnectionId connection{};
};

// Send the NOTIFICATION, if any, and close so that the peer receives it. The connection's timers
// end with it.
struct Close {
    ConnectionId connection{};
    std::optional<Notification> notification;
};

// Start it, or start it anew.
struct StartTimer {
    Timer timer{};
    ConnectionId connection{};
    std::chrono::milliseconds duration{0};
};

struct StopTimer {
    Timer timer{};
    ConnectionId connection{};
};

struct SessionUp {
    ConnectionId connection{};
    Negotiated negotiated;
};

// A session (`was_established`) or an attempt ended.
struct Down {
    DownReason reason;
    bool was_established = false;
};

}  // namespace action

using Action = std::variant<action::Dial, action::CancelDial, action::SendOpen,
                            action::SendKeepalive, action::Close, action::StartTimer,
                            action::StopTimer, action::SessionUp, action::Down>;
using Actions = std::vector<Action>;

}  // namespace dx::bgp
