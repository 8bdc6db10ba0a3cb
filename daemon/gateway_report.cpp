#include "daemon/gateway_report.hpp"

#include <fmt/format.h>

#include "libfib/text/duration.hpp"

namespace dx::daemon {

namespace {

std::string watched_by(const Gateway& gateway) {
    return gateway.tracking ? "track" : "bfd";
}

}  // namespace

std::string silence_words(const Reachability& known) {
    return fmt::format("it does not answer ({}, asked every {})",
                       known.missed() == 1 ? "once" : fmt::format("{} times", known.missed()),
                       text::duration_text(known.settings().interval));
}

std::string gateway_cause(const Gateway& gateway, const Reachability* known,
                          const BfdSessions::Path* path) {
    if (!gateway.in_use && !gateway.missing.empty()) return gateway.missing;
    if (known != nullptr) return known->answers() ? "it answers" : silence_words(*known);
    if (path == nullptr) return "nobody watches it now";
    if (path->switched_off) return "BFD was switched off by the peer: they stay";
    return fmt::format("BFD is {}", to_string(path->state));
}

bool is_news(const Gateway& gateway, const Reachability* known) {
    const bool unjudged =
        gateway.tracking && gateway.missing.empty() && !(known && known->judged());
    return gateway.told != gateway.in_use && (gateway.in_use || gateway.told || !unjudged);
}

std::optional<Event> no_longer_watched(Gateway gone) {
    if (gone.told.value_or(true)) return std::nullopt;
    gone.in_use = true;
    return gateway_event(gone, "no longer watched");
}

Event gateway_event(const Gateway& gateway, const std::string& cause) {
    const auto who = gateway.peer.to_string();
    return {gateway.in_use ? EventKind::GatewayUp : EventKind::GatewayDown,
            {},
            fmt::format("static routes via {}: {}", who, cause),
            {{"gateway", who},
             {"watchedBy", watched_by(gateway)},
             {"staticRoutes", static_cast<std::int64_t>(gateway.routes)}}};
}

Event gateway_changed(const RouterState& state, const Gateway& gateway) {
    const auto cause =
        gateway_cause(gateway, state.tracking->find(gateway.tag), state.bfd->find(gateway.tag));
    return gateway_event(gateway, cause);
}

std::vector<control::GatewayView> gateway_views(const RouterState& state) {
    std::vector<control::GatewayView> views;
    for (const auto& gateway : state.gateways.all())
        views.push_back(
            {gateway.peer.to_string(), watched_by(gateway), gateway.in_use, gateway.routes});
    return views;
}

}  // namespace dx::daemon
