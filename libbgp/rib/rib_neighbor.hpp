// What the RIB must know of a neighbor: settings (from the configuration) and session (negotiated).
// RFC 4271 9, 4486, 8212, 9234. Knows no timers, sockets or names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "libbgp/policy/policy.hpp"
#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libbgp/wire/types.hpp"
#include "libbgp/wire/update.hpp"
#include "libfib/net/ip_address.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// One value for each address family.
template <class T>
class PerFamily {
public:
    T& operator[](net::Family family) { return values_[static_cast<std::size_t>(family)]; }

    const T& operator[](net::Family family) const {
        return values_[static_cast<std::size_t>(family)];
    }

    friend bool operator==(const PerFamily&, const PerFamily&) = default;

private:
    std::array<T, 2> values_{};
};

inline constexpr std::uint8_t kWarnPercentIn = 80;  // of a limit in

// Counts the prefixes that the import policy accepted.
struct PrefixLimitIn {
    enum class Action : std::uint8_t {
        Discard,  // what comes beyond is kept out of the table, flagged, and let in when there is
                  // room
        Restart,  // the same, and RibEvents::prefix_limit_exceeded asks for a Cease
    };

    std::uint32_t max = 0;
    Action action = Action::Discard;

    friend bool operator==(const PrefixLimitIn&, const PrefixLimitIn&) = default;
};

// Never exceeded on the wire, not even between a withdrawal and its replacement.
struct PrefixLimitOut {
    enum class Order : std::uint8_t {
        ShortestFirst,  // shorter prefixes first, then by address
        Configured,     // `networks` as they stand in the configuration, then by address
    };

    std::uint32_t max = 0;
    Order order = Order::ShortestFirst;
    std::uint8_t warn_percent = 80;
    // May stand in for what they cover where not all may go; none within another.
    std::vector<net::Prefix> aggregates{};

    friend bool operator==(const PrefixLimitOut&, const PrefixLimitOut&) = default;
};

// Leads the traffic away while the session stays: LOCAL_PREF 0 for what comes in and for internal
// peers, this for what goes out (RFC 8326). After the policies, which do not know of it.
struct Drain {
    std::vector<Community> removed;  // what says that the routes are preferred
    std::vector<Community> added;
    std::uint8_t prepend = 0;  // how often our AS goes before the path, besides the usual once

    friend bool operator==(const Drain&, const Drain&) = default;
};

// Settings. All may change while a session is up; the RIB re-runs import or export as needed.
struct RibNeighbor {
    AsNumber local_as = 0;
    AsNumber remote_as = 0;
    PolicyPtr import_policy;  // none: nothing passes (RFC 8212), for internal neighbors too
    PolicyPtr export_policy;
    // Set before the import policy; none: as received. What has none counts as kDefaultLocalPref.
    std::optional<std::uint32_t> import_local_pref;
    std::vector<Community> export_communities;  // added before the export policy
    std::uint32_t allow_own_as = 0;             // how often our AS may stand in a received path
    bool next_hop_self = true;                  // iBGP only; eBGP always
    PerFamily<std::optional<PrefixLimitIn>> limit_in;
    PerFamily<std::optional<PrefixLimitOut>> limit_out;
    std::optional<Drain> drain;
    AwsLink aws_link = AwsLink::None;  // what its routes are marked with; iBGP: as received
    bool heeds_horizon = false;        // it is not sent what AWS told us, on whatever router of us
    bool no_default_route = false;     // it is never sent one, whatever the policy says

    bool external() const { return local_as != remote_as; }

    friend bool operator==(const RibNeighbor&, const RibNeighbor&) = default;
};

inline bool same_policy(const PolicyPtr& a, const PolicyPtr& b) {  // by what they say
    return a == b || (a && b && *a == *b);
}

// An Established session.
struct RibSession {
    Families families;  // negotiated
    WireContext wire;   // how UPDATEs to this peer are encoded
    RouterId peer_router_id;
    net::IpAddress peer_address;
    std::optional<Role> role;        // ours, as the OPEN had it (RFC 9234)
    bool long_lived = false;         // the peer announced RFC 9494
    bool directly_connected = true;  // single hop: IPv6 next hops may carry the link-local address
    // Ours toward this peer: next-hop-self. A family without an address sends nothing.
    std::optional<net::IpAddress> local_v4;
    std::optional<net::IpAddress> local_v6;
    std::optional<net::IpAddress> local_link_local;

    std::optional<net::IpAddress> local(net::Family family) const {
        return family == net::Family::Ipv4 ? local_v4 : local_v6;
    }
};

}  // namespace dx::bgp
