#include "daemon/events.hpp"

#include <array>

#include "daemon/control/json_writer.hpp"

namespace dx::daemon {

namespace {

struct KindName {
    EventKind kind;
    std::string_view name;
};

constexpr std::array kKindNames{
    KindName{EventKind::Started, "started"},
    KindName{EventKind::Stopped, "stopped"},
    KindName{EventKind::ConfigurationReloaded, "configuration-reloaded"},
    KindName{EventKind::ReloadFailed, "reload-failed"},
    KindName{EventKind::Kernel, "kernel"},
    KindName{EventKind::GatewayUp, "gateway-up"},
    KindName{EventKind::GatewayDown, "gateway-down"},
    KindName{EventKind::StateChanged, "state-changed"},
    KindName{EventKind::Established, "established"},
    KindName{EventKind::Down, "down"},
    KindName{EventKind::AttemptFailed, "attempt-failed"},
    KindName{EventKind::NotificationSent, "notification-sent"},
    KindName{EventKind::NotificationReceived, "notification-received"},
    KindName{EventKind::RoutesComplete, "routes-complete"},
    KindName{EventKind::BfdUp, "bfd-up"},
    KindName{EventKind::BfdDown, "bfd-down"},
    KindName{EventKind::BfdRefused, "bfd-refused"},
    KindName{EventKind::BfdAbsent, "bfd-absent"},
    KindName{EventKind::LinkUp, "link-up"},
    KindName{EventKind::LinkDown, "link-down"},
    KindName{EventKind::PrefixLimitNear, "prefix-limit-near"},
    KindName{EventKind::PrefixLimitReached, "prefix-limit-reached"},
    KindName{EventKind::PrefixLimitFits, "prefix-limit-fits"},
    KindName{EventKind::Failover, "failover"},
    KindName{EventKind::DrainBegun, "drain-begun"},
    KindName{EventKind::Drained, "drained"},
    KindName{EventKind::Undrained, "undrained"},
    KindName{EventKind::FailoverTestBegun, "failover-test-begun"},
    KindName{EventKind::FailoverTestEnded, "failover-test-ended"},
    KindName{EventKind::Cleared, "cleared"},
};

void add_members(control::JsonWriter& json, const Event::Details& details) {
    for (const auto& [name, value] : details)
        std::visit([&, &key = name](const auto& of) { json.member(key, of); }, value);
}

}  // namespace

std::string_view to_string(EventKind kind) {
    for (const auto& each : kKindNames)
        if (each.kind == kind) return each.name;
    return "unknown";
}

std::string to_json(const Event& event, const Event::Details& beside) {
    std::string line;
    control::JsonWriter json(line);
    json.begin_object().member("sequence", event.sequence);
    json.member("time", event.time.time_since_epoch().count());
    json.member("event", to_string(event.kind));
    if (!event.neighbor.empty()) json.member("neighbor", event.neighbor);
    json.member("text", event.text);
    if (!event.details.empty()) {
        json.key("details").begin_object();
        add_members(json, event.details);
        json.end_object();
    }
    add_members(json, beside);
    json.end_object();
    return line;
}

void EventStream::publish(Event event) {
    event.time = std::chrono::time_point_cast<std::chrono::milliseconds>(Event::WallClock::now());
    event.sequence = next_++;
    std::vector<std::uint64_t> places;
    for (const auto& [place, listener] : *listeners_)
        places.push_back(place);
    for (const auto place : places) {
        const auto found = listeners_->find(place);
        if (found == listeners_->end()) continue;
        const auto listener = found->second;  // it may end itself while it runs
        listener(event);
    }
}

EventStream::Subscription EventStream::subscribe(Listener listener) {
    const auto place = ++subscriptions_so_far_;
    listeners_->emplace(place, std::move(listener));
    return {listeners_, place};
}

}  // namespace dx::daemon
