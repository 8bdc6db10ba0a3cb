// What is told of the gateways of static routes that BFD watches or that are tracked: as events,
// for the log and as values for the control API. Looks, and changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/control/health_views.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

// "it does not answer (3 times, asked every 1s)"
std::string silence_words(const Reachability& known);

// Why it is in use or not. `known` is null where nobody asks it, `path` where BFD does not watch
// it.
std::string gateway_cause(const Gateway& gateway, const Reachability* known,
                          const BfdSessions::Path* path);

// GatewayUp or GatewayDown, as it is in use now.
Event gateway_event(const Gateway& gateway, const std::string& cause);
Event gateway_changed(const RouterState& state, const Gateway& gateway);

// Whether that is to be told: it differs from what was told last, which is nothing at first. A
// tracked one is not in use for a moment before anybody knows: that is no news.
bool is_news(const Gateway& gateway, const Reachability* known);

// What ends the story of one that was down when the configuration gave it up.
std::optional<Event> no_longer_watched(Gateway gone);

std::vector<control::GatewayView> gateway_views(const RouterState& state);

}  // namespace dx::daemon
