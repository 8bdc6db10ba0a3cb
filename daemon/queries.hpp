// The router's state as the control API wants to see it: values filled in, nothing changed.
#pragma once

#include <memory>
#include <optional>

#include "daemon/control/router_queries.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

// `state` outlives what is returned.
std::unique_ptr<control::RouterQueries> make_queries(const RouterState& state);

control::Milliseconds since(RouterState::Clock::time_point then);
std::optional<control::Milliseconds> since(
    const std::optional<RouterState::Clock::time_point>& then);

// One noun each, in a file of the same name.
control::NeighborView neighbor_view(const RouterState& state, const Neighbor& neighbor);
std::optional<control::BfdView> bfd_view(const RouterState& state, const Neighbor& neighbor);
control::BfdPeerView bfd_peer_view(const RouterState& state, const BfdSessions::PeerStatus& status);
std::unique_ptr<control::BgpWalk> bgp_walk(const RouterState& state,
                                           const control::BgpQuery& query);
std::unique_ptr<control::RouteWalk> route_walk(const RouterState& state,
                                               const control::RouteQuery& query);
control::InterfaceView interface_view(const RouterState& state,
                                      const netlink::Interface& interface);

}  // namespace dx::daemon
