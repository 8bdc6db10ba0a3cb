// What becomes of a best path on its way to one neighbor: whether it may go there, and with which
// attributes. RFC 4271 5.1, 9.1.3, 9.2; 1997; 2545; 4360 6; 4456; 8212; 9234 5; 9494 4.3. Pure.
//
// In two steps: what depends on settings that neighbors have in common (`export_route`, done once
// for an update group), and what is each neighbor's own (`refused_to`, `next_hop_on`).
//
// A path whose AS_PATH holds the neighbor's AS is not sent to an external neighbor: it would only
// be dropped there (GoBGP and Junos do the same).
#pragma once

#include <optional>
#include <vector>

#include "libbgp/rib/packed_attributes.hpp"
#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/rib/trial.hpp"

namespace dx::bgp {

struct ExportRoute {
    const net::Prefix& prefix;
    PathAttributes attributes;  // as imported
    NeighborId from{};          // kLocalRoutes: our own
    bool from_external = false;
    std::optional<net::IpAddress> from_address;  // the peer it was learnt from
};

// Whom a path is from; of our own routes nothing but the id.
struct ExportSource {
    NeighborId id = kLocalRoutes;
    const RibNeighbor* neighbor = nullptr;
    const RibSession* peer = nullptr;  // the session, or the last one
};

void tell_source(const ExportSource& from, ExportRoute& route);

// What makes of every route the same for all neighbors that have it in common.
struct ExportRules {
    PolicyPtr policy;  // none: nothing passes (RFC 8212)
    std::vector<Community> communities;
    AsNumber local_as = 0;
    bool external = true;
    bool next_hop_self = true;
    std::optional<Role> role;
    bool four_octet_as = true;  // for the wire form
    std::optional<Drain> drain;
    bool heeds_horizon = false;
    bool no_default_route = false;
    bool long_lived = false;  // it knows LLGR_STALE (RFC 9494)

    // Whether the result is the same for every prefix with these attributes from that neighbor.
    bool ignores_prefix() const {
        return !policy || (policy->ignores_prefix() && !no_default_route);
    }

    // Policies are compared by what they say.
    friend bool operator==(const ExportRules& a, const ExportRules& b);
};

ExportRules export_rules(const RibNeighbor& neighbor, const RibSession& session);

struct ExportResult {
    ExportState state = ExportState::Accepted;
    std::optional<PathAttributes> attributes;  // only if Accepted
    std::optional<std::uint32_t> rule;         // of the policy, that decided, from 0
};

// A next hop that is to be our own address on each session is left unspecified: see `next_hop_on`.
ExportResult export_route(ExportRoute route, const ExportRules& rules, RouteTrace* trace = nullptr);

// An aggregate in the place of routes of this ORIGIN: a route of our own, as `networks` are. The
// path behind us is nobody's business, so no AS_SET (RFC 9774).
ExportRoute route_of_aggregate(const net::Prefix& prefix, Origin origin, AsNumber local_as,
                               RouterId router_id);

struct ExportTo {
    NeighborId id{};
    const RibNeighbor& neighbor;
    const RibSession& session;
};

// Why what was made of a route from there may not go to this neighbor, among its group; Accepted:
// it may.
ExportState refused_to(const ExportTo& to, net::Family family, NeighborId from,
                       const PackedAttributes& exported);

// The next hop that the peer is told. None: there is none that it could use.
std::optional<NextHop> next_hop_on(const RibSession& session, net::Family family,
                                   const NextHop& exported);

// Whether what differs between two settings changes nothing on export.
bool exports_the_same(const RibNeighbor& a, const RibNeighbor& b);

}  // namespace dx::bgp
