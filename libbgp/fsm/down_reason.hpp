// Why a connection or a session ended: for the journal, `show` and the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libbgp/wire/notification.hpp"

namespace dx::bgp {

enum class DownCause : std::uint8_t {
    ProtocolError,         // the peer's message was wrong: we sent a NOTIFICATION
    NotificationReceived,  // the peer ended it and said why
    ConnectionClosed,      // TCP: closed, reset or timed out
    ConnectFailed,         // TCP: never came up
    HoldTimerExpired,      // nothing heard
    SendHoldTimerExpired,  // the peer does not read (RFC 9687)
    Administrative,        // shut down, cleared, removed or changed by our operator
    PrefixLimit,           // ended by us with Cease/1
    Collision,             // the other of two connections was kept (RFC 4271 6.8)
    Unreachable,           // the interface or the local address is gone
    BfdDown,               // RFC 9384
    InternalError,         // a bug of ours
};

std::string_view to_string(DownCause cause);  // "hold timer expired"

struct DownReason {
    DownCause cause{};
    std::optional<Notification> notification;  // the one sent or received
    std::string text;                          // one line for people, complete in itself

    friend bool operator==(const DownReason&, const DownReason&) = default;
};

// "received NOTIFICATION Cease/Administrative Shutdown: maintenance until 4"
DownReason received_notification(const Notification& notification);
// "sent NOTIFICATION Finite State Machine Error/…: UPDATE received in OpenSent"; the cause follows
// from the code. `detail` stands where the NOTIFICATION has no text of its own (RFC 9003).
DownReason sent_notification(const Notification& notification, std::string_view detail = {});

}  // namespace dx::bgp
