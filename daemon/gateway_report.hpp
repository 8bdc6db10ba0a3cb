// What is told of the gateways of static routes that BFD watches or that are tracked: as events,
// for the log and as values for the control API. Looks, and changes nothing.
#pragma once

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
Event gateway_event(const Gateway& gateway, std::size_t routes, const std::string& cause);
Event gateway_changed(const RouterState& state, const Gateway& gateway);

std::vector<control::GatewayView> gateway_views(const RouterState& state);

}  // namespace dx::daemon
