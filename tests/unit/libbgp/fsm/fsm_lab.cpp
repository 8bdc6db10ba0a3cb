#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

#include <algorithm>
#include <variant>

namespace dx::bgp::test {
namespace {

std::string number(ConnectionId id) {
    return std::to_string(static_cast<std::uint32_t>(id));
}

std::string code(const Notification& notification) {
    return std::to_string(static_cast<int>(notification.code)) + "/" +
           std::to_string(notification.subcode);
}

std::string timer_in_words(Timer timer, ConnectionId id) {
    std::string text(to_string(timer));
    return is_of_connection(timer) ? text + " of " + number(id) : text;
}

struct InWords {
    std::string operator()(const action::Dial&) const { return "dial"; }

    std::string operator()(const action::CancelDial&) const { return "cancel dial"; }

    std::string operator()(const action::SendOpen& action) const {
        return "send OPEN on " + number(action.connection);
    }

    std::string operator()(const action::SendKeepalive& action) const {
        return "send KEEPALIVE on " + number(action.connection);
    }

    std::string operator()(const action::Close& action) const {
        auto text = "close " + number(action.connection);
        return action.notification ? text + " with " + code(*action.notification) : text;
    }

    std::string operator()(const action::StartTimer& action) const {
        return "start " + timer_in_words(action.timer, action.connection);
    }

    std::string operator()(const action::StopTimer& action) const {
        return "stop " + timer_in_words(action.timer, action.connection);
    }

    std::string operator()(const action::SessionUp& action) const {
        return "session up on " + number(action.connection);
    }

    std::string operator()(const action::Down& action) const {
        return (action.was_established ? "session down: " : "attempt over: ") +
               std::string(to_string(action.reason.cause));
    }
};

}  // namespace

PeerSettings our_settings() {
    PeerSettings settings;
    settings.local_as = 65000;
    settings.remote_as = 64512;
    settings.router_id = {0x0a000001};
    return settings;
}

Open their_open() {
    Open open;
    open.my_as = 64512;
    open.hold_time = std::chrono::seconds(90);
    open.identifier = {0x0a000002};
    open.capabilities.multiprotocol = {AfiSafi::unicast(net::Family::Ipv4)};
    open.capabilities.four_octet_as = 64512;
    return open;
}

std::string in_words(const Action& action) {
    return std::visit(InWords{}, action);
}

std::vector<std::string> Lab::handle(const Event& event) {
    last = fsm.handle(event);
    std::vector<std::string> words;
    std::ranges::transform(last, std::back_inserter(words), in_words);
    return words;
}

void Lab::establish(ConnectionId id) {
    open(id);
    keepalive(id);
}

bool Lab::did(const std::string& what) const {
    return std::ranges::any_of(last, [&](const Action& a) { return in_words(a) == what; });
}

std::optional<std::chrono::milliseconds> Lab::started(Timer timer) const {
    for (const auto& action : last)
        if (const auto* start = std::get_if<action::StartTimer>(&action))
            if (start->timer == timer) return start->duration;
    return std::nullopt;
}

const DownReason* Lab::down() const {
    for (const auto& action : last)
        if (const auto* down = std::get_if<action::Down>(&action)) return &down->reason;
    return nullptr;
}

}  // namespace dx::bgp::test
