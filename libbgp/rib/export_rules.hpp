// What becomes of a best path on its way to one neighbor: whether it may go there, and with which
// attributes. RFC 4271 5.1, 9.1.3, 9.2; 1997; 2545; 4360 6; 4456; 8212; 9234 5. Pure.
//
// A path whose AS_PATH holds the neighbor's AS is not sent to an external neighbor: it would only
// be dropped there (GoBGP and Junos do the same).
#pragma once

#include <optional>

#include "libbgp/rib/rib_neighbor.hpp"

namespace dx::bgp {

struct ExportRoute {
    const net::Prefix& prefix;
    PathAttributes attributes;  // as imported
    NeighborId from{};          // kLocalRoutes: our own
    bool from_external = false;
    std::optional<net::IpAddress> from_address;  // the peer it was learnt from
};

struct ExportTo {
    NeighborId id{};
    const RibNeighbor& neighbor;
    const RibSession& session;
};

// None: not to be sent.
std::optional<PathAttributes> export_route(ExportRoute route, const ExportTo& to);

// Whether the result is the same for every prefix with these attributes from that neighbor.
bool export_ignores_prefix(const RibNeighbor& neighbor);

}  // namespace dx::bgp
