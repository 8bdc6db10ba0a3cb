#include "daemon/kernel_events.hpp"

#include <algorithm>
#include <array>

namespace dx::daemon {

namespace {

using Kind = fib::FibNote::Kind;

struct Incident {
    Kind kind;
    std::string_view name;
    bool of_a_prefix;
};

constexpr std::array kIncidents{
    Incident{Kind::RouteDeletedByOther, "route-deleted", true},
    Incident{Kind::Ipv6Lost, "ipv6-lost", false},
    Incident{Kind::RouteChangedByOther, "route-changed", true},
    Incident{Kind::ObjectDeletedByOther, "object-deleted", false},
    Incident{Kind::Conflict, "conflict", true},
    Incident{Kind::ConflictOver, "conflict-over", true},
    Incident{Kind::RouteFailed, "route-refused", true},
    Incident{Kind::ObjectFailed, "object-refused", false},
    Incident{Kind::RoutesAdopted, "adopted", false},
    Incident{Kind::StaleSwept, "swept", false},
    Incident{Kind::Reconciled, "reconciled", false},
};

const Incident* incident_of(Kind kind) {
    const auto* const found = std::ranges::find(kIncidents, kind, &Incident::kind);
    return found != kIncidents.end() ? found : nullptr;
}

}  // namespace

std::string_view incident_name(Kind kind) {
    const auto* const incident = incident_of(kind);
    return incident != nullptr ? incident->name : std::string_view();
}

std::optional<Event> kernel_event(const netlink::Note& note) {
    const bool over = note.about && note.about->kind == Kind::ConflictOver;
    if (note.severity < netlink::Severity::Warning && !over) return std::nullopt;
    Event event{EventKind::Kernel, {}, note.text, {}};
    const auto* const incident = note.about ? incident_of(note.about->kind) : nullptr;
    if (incident == nullptr) return event;
    event.details.emplace_back("what", std::string(incident->name));
    if (incident->of_a_prefix) event.details.emplace_back("prefix", note.about->prefix.to_string());
    if (!note.about->link.empty()) event.details.emplace_back("interface", note.about->link);
    return event;
}

}  // namespace dx::daemon
