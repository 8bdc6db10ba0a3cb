#include "libbgp/fsm/event.hpp"

#include <array>

namespace dx::bgp {

std::string_view to_string(State state) {
    constexpr std::array<std::string_view, 6> kNames{"Idle",     "Connect",     "Active",
                                                     "OpenSent", "OpenConfirm", "Established"};
    return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(Timer timer) {
    constexpr std::array<std::string_view, 7> kNames{
        "ConnectRetry", "IdleHold", "Settle", "Restart", "Hold", "Keepalive", "SendHold"};
    return kNames[static_cast<std::size_t>(timer)];
}

std::string_view name_of(const Event& event) {
    constexpr std::array<std::string_view, std::variant_size_v<Event>> kNames{
        "Start",
        "Stop",
        "Reset",
        "Connected",
        "ConnectFailed",
        "Closed",
        "OpenReceived",
        "KeepaliveReceived",
        "UpdateReceived",
        "RouteRefreshReceived",
        "NotificationReceived",
        "MalformedMessage",
        "InternalError",
        "Expired"};
    return kNames[event.index()];
}

}  // namespace dx::bgp
