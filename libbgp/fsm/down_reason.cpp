#include "libbgp/fsm/down_reason.hpp"

namespace dx::bgp {
namespace {

DownCause cause_of(const Notification& notification) {
    switch (notification.code) {
        case ErrorCode::HoldTimerExpired: return DownCause::HoldTimerExpired;
        case ErrorCode::SendHoldTimerExpired: return DownCause::SendHoldTimerExpired;
        case ErrorCode::Cease: break;
        default: return DownCause::ProtocolError;
    }
    switch (static_cast<CeaseReason>(notification.subcode)) {
        case CeaseReason::MaximumPrefixesReached: return DownCause::PrefixLimit;
        case CeaseReason::ConnectionCollisionResolution: return DownCause::Collision;
        case CeaseReason::BfdDown: return DownCause::BfdDown;
        default: return DownCause::Administrative;
    }
}

std::string in_words(std::string_view what, const Notification& notification) {
    std::string text(what);
    text += " NOTIFICATION ";
    text += describe(notification);
    if (const auto words = shutdown_communication(notification); words && !words->empty()) {
        text += ": ";
        text += *words;
    }
    if (const auto exceeded = prefix_limit_data(notification)) {
        const auto family = exceeded->afi_safi.family();
        text += ": at most " + std::to_string(exceeded->limit) +
                (family ? " " + std::string(net::to_string(*family)) : "") +
                " prefixes are allowed";
    }
    return text;
}

}  // namespace

std::string_view to_string(DownCause cause) {
    switch (cause) {
        case DownCause::ProtocolError: return "protocol error";
        case DownCause::NotificationReceived: return "notification received";
        case DownCause::ConnectionClosed: return "connection closed";
        case DownCause::ConnectFailed: return "connect failed";
        case DownCause::HoldTimerExpired: return "hold timer expired";
        case DownCause::SendHoldTimerExpired: return "send hold timer expired";
        case DownCause::Administrative: return "administrative";
        case DownCause::PrefixLimit: return "prefix limit reached";
        case DownCause::Collision: return "connection collision";
        case DownCause::Unreachable: return "unreachable";
        case DownCause::BfdDown: return "BFD down";
        case DownCause::InternalError: return "internal error";
    }
    return "unknown";
}

DownReason received_notification(const Notification& notification) {
    return {DownCause::NotificationReceived, notification, in_words("received", notification)};
}

DownReason sent_notification(const Notification& notification, std::string_view detail) {
    DownReason reason{cause_of(notification), notification, in_words("sent", notification)};
    if (!detail.empty() && !shutdown_communication(notification)) {
        reason.text += ": ";
        reason.text += detail;
    }
    return reason;
}

}  // namespace dx::bgp
