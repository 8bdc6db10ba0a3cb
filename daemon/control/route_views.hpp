// What is shown of routes: those of BGP, and those of the route table. As in views.hpp, plain
// values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/control/ages.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/ip_address.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::control {

struct BgpPathView {
    std::optional<net::IpAddress> neighbor;  // none: our own (networks, redistribution)
    std::string neighbor_interface;          // the scope of a link-local one
    std::string neighbor_name;
    std::optional<bgp::RouterId> neighbor_id;
    bool external = false;
    std::uint32_t weight = 0;  // Cisco's: 32768 for our own routes
    bgp::PathAttributes attributes;
    // As shown: what the decision compares where the attribute is absent. None, and shown blank,
    // for our own routes and for what goes to an eBGP neighbor.
    std::optional<std::uint32_t> local_pref;
    std::optional<std::uint32_t> interior_cost;  // to the next hop; none: not resolvable
    bool next_hop_looked_up = true;              // not that of a path that was refused
    bool valid = true;                           // next hop resolvable, no loop, policy accepts
    bool best = false;
    bool multipath = false;  // used together with the best one
    bool backup = false;     // takes over when the best ones go
    bool stale = false;      // RFC 4724
    std::string kept;  // ... and until when: "kept in use, 98 s to come back (graceful restart)"
    bool aggregate = false;  // sent instead of what it covers (prefix-limit out)
    // For the best path the step that decided ("Local preference"), for each other the step at
    // which it left and the two values: "Local preference", "100 is lower than 200".
    std::string reason;
    std::string reason_values;
    std::string returning;    // its neighbor is back and waits: "return-delay, used again in 8 s"
    std::string rejected_by;  // why it is not valid: "policy from-aws rejects it", "AS loop"
    Milliseconds age{0};
};

struct BgpRouteView {
    net::Prefix prefix;
    std::uint64_t version = 0;
    std::vector<BgpPathView> paths;          // the best first
    std::vector<std::string> advertised_to;  // neighbors' names; only in a query for one route
    // The kernel does not have the best path: "another program's kernel route has the prefix", an
    // errno text.
    std::string not_installed;
};

enum class RouteSource : std::uint8_t { Connected, Static, Bgp, Kernel };

struct RouteNextHopView {
    std::optional<net::IpAddress> gateway;  // none: directly connected or blackhole
    std::string interface;                  // may be empty while not resolved
    std::uint32_t interface_index = 0;
    bool active = true;   // carries traffic: resolved, link up, not vetoed
    bool backup = false;  // idle until the others go
    unsigned weight = 1;
    std::optional<net::IpAddress> resolved_from;  // the recursive next hop that led here
    // Of a neighbor that is back, while another way is used: who, and what it waits for.
    std::string passed_over;
    std::string neighbor;
};

// One entry of the route table: a source's route for a prefix.
struct RouteView {
    enum class State : std::uint8_t {
        Installed,   // the kernel has it
        Queued,      // on its way
        Failed,      // the kernel refused; will be tried again
        Conflict,    // another program's kernel route has the prefix
        Unresolved,  // no way to its next hop
        Inactive,    // another source is preferred
    };

    net::Prefix prefix;
    RouteSource source{};
    bool external = true;   // for BGP: eBGP
    bool selected = false;  // the source with the lowest distance
    std::uint8_t distance = 0;
    std::uint32_t metric = 0;  // within its protocol: MED for BGP
    bool blackhole = false;
    std::vector<RouteNextHopView> next_hops;
    Milliseconds age{0};
    State state{};
    std::string kept;        // as that of its path of BGP
    std::string state_text;  // errno text, who owns the conflicting route, what is not resolvable
    std::uint32_t table = 254;
    std::uint32_t nexthop_object = 0;  // 0: none used
};

}  // namespace dx::control
