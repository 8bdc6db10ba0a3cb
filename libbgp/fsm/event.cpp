#include "libbgp/fsm/event.hpp"

#include <array>

namespace dx::bgp {

std::string_view to_string(State state) {
    constexpr std::array<std::string_view, 6> kNames{"Idle",     "Connect",     "Active",
                                                     "OpenSent", "OpenConfirm", "Established"};
    return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(Timer timer) {
    constexpr std::array<std::string_view, 6> kNames{"ConnectRetry", "IdleHold",  "Settle",
                                                     "Hold",         "Keepalive", "SendHold"};
    return kNames[static_cast<std::size_t>(timer)];
}

std::string describe(const Event& event) {
    constexpr std::array<std::string_view, std::variant_size_v<Event>> kTexts{
        "start",
        "stop",
        "reset",
        "connected",
        "connecting failed",
        "connection closed",
        "OPEN received",
        "KEEPALIVE received",
        "UPDATE received",
        "ROUTE-REFRESH received",
        "NOTIFICATION received",
        "malformed message received",
        "internal error",
        "timer expired",
    };
    const std::string text(kTexts[event.index()]);
    const auto* expired = std::get_if<event::Expired>(&event);
    return expired ? std::string(to_string(expired->timer)) + " " + text : text;
}

}  // namespace dx::bgp
