// From the configuration's words to those of the core: pure functions, one for each receiver.
// The core knows no configuration types; the configuration knows no sessions.
#pragma once

#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/gateways.hpp"
#include "daemon/neighbor_table.hpp"
#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/session/settings.hpp"
#include "libfib/bfd/session.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

// How many hops away: RFC 5082 and the TTL that goes out. iBGP is never counted.
bool is_single_hop(const config::Neighbor& neighbor);

bgp::SpeakerSettings speaker_settings(const config::Config& config);

bgp::NeighborSettings session_settings(const config::Config& config, const Neighbor& of,
                                       bgp::RouterId router_id);

bgp::RibNeighbor rib_settings(const config::Config& config, const Neighbor& neighbor);

// What those of `neighbor` would be, were it configured so.
bgp::RibNeighbor rib_settings(const config::Config& config, const config::Neighbor& configured,
                              const Neighbor& neighbor);

netlink::FibServiceConfig fib_settings(const config::Config& config);

// What a neighbor's routes lead to, as our other routers are told it too.
bgp::AwsLink aws_link(const config::Neighbor& neighbor);

// Who covers and who yields: `covered-by-dx`.
fib::CoverRole cover_role(bgp::AwsLink link);

bfd::SessionSettings bfd_settings(const config::BfdTimers& timers);

std::vector<fib::StaticRoute> static_routes(const config::Config& config, const Gateways& gateways);

}  // namespace dx::daemon
