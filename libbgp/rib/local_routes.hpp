// Routes of our own in one family's table: `networks` and what is redistributed. RFC 4271 9.4. They
// are paths without a neighbor, one a source.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "libbgp/rib/loc_rib.hpp"

namespace dx::bgp {

// With which attributes a route of ours enters the table; none: its policy refuses it.
std::optional<PathAttributes> attributes_of(const LocalRoute& route);

template <class Key>
class LocalRoutes {
public:
    LocalRoutes(RibShared& shared, LocRib<Key>& loc_rib) : shared_(shared), loc_rib_(loc_rib) {}

    // `attributes`: none if a policy refused it. True, of both: the order of the configured
    // networks is another one now.
    bool originate(const LocalRoute& route, const std::optional<PathAttributes>& attributes,
                   RouteTime now);
    bool withdraw(LocalSource source, const Key& key);

    // Place in the configuration of a network of ours; UINT32_MAX: none.
    std::uint32_t configured_rank(const Key& key) const;

private:
    void place(LocalSource source, const Key& key, const PathAttributes& attributes, RouteTime now);

    RibShared& shared_;
    LocRib<Key>& loc_rib_;
    std::map<Key, std::uint32_t> ranks_;
};

}  // namespace dx::bgp
