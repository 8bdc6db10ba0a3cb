// What happens to a received path before it may take part in the decision: the checks of the RFCs,
// the neighbor's defaults, the import policy. RFC 4271 5.1.3, 6.3, 9.1.2; 4456 8; 8212; 8326;
// 9234 5; 9494 4.2.
#pragma once

#include <optional>

#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/rib/route_key.hpp"
#include "libbgp/rib/route_view.hpp"
#include "libbgp/rib/trial.hpp"

namespace dx::bgp {

struct ImportFrom {
    const RibNeighbor& neighbor;
    const RibSession& session;
    RouterId our_router_id;
    bool long_lived_stale = false;  // a path of a neighbor that has been away for long (RFC 9494)
};

struct ImportResult {
    PathState state = PathState::Accepted;
    std::optional<PathAttributes> changed;  // none: as received
    std::optional<std::uint32_t> rule{};    // of the policy, that decided, from 0
};

// The checks that look at attributes only.
PathState check_attributes(const ImportFrom& from, const PathAttributes& attributes);

// All of it, for one prefix whose attributes passed the checks above.
ImportResult import_route(const ImportFrom& from, const net::Prefix& prefix,
                          const PathAttributes& attributes, RouteTrace* trace = nullptr);

// Whether the result is the same for every prefix with these attributes.
bool import_ignores_prefix(const RibNeighbor& neighbor);

// Whether what differs between two settings changes nothing on import.
bool imports_the_same(const RibNeighbor& a, const RibNeighbor& b);

// False: within a range that is never routed between hosts (loopback, link-local, multicast,
// reserved). BIRD refuses the same, FRR most of it.
bool is_routable(const Ipv4Key& key);
bool is_routable(const Ipv6Key& key);

// What is checked before import_route: `of_attributes` is what check_attributes said.
template <class Key>
PathState check_route(PathState of_attributes, const Key& key) {
    if (of_attributes != PathState::Accepted) return of_attributes;
    return is_routable(key) ? PathState::Accepted : PathState::PrefixInvalid;
}

}  // namespace dx::bgp
