// What each part is told of a neighbor as it is configured and used now.
#pragma once

#include "daemon/router_state.hpp"

namespace dx::daemon {

void tell_forwarding(const RouterState& state, const Neighbor& neighbor);

// Only while there is BGP.
void tell_rib(const RouterState& state, const Neighbor& neighbor);
void tell_speaker(const RouterState& state, const Neighbor& neighbor);

bgp::NeighborSettings speaker_settings_of(const RouterState& state, const Neighbor& neighbor);

}  // namespace dx::daemon
