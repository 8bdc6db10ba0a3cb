#include "libbgp/session/session_status.hpp"

namespace dx::bgp {

std::uint64_t& MessageCounters::of(MessageType type) {
    switch (type) {
        case MessageType::Open: return opens;
        case MessageType::Update: return updates;
        case MessageType::Notification: return notifications;
        case MessageType::Keepalive: return keepalives;
        case MessageType::RouteRefresh: break;
    }
    return route_refreshes;
}

void TrafficStatus::note(const Notification& notification) {
    ++notifications[name_of(notification)];
}

}  // namespace dx::bgp
