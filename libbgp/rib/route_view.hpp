// What `show` and `why` see of the table. Values: what they say was so when they were made.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/rib/rib_events.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// Seconds on a clock of the caller's choosing that never goes back, e.g. since start.
using RouteTime = std::chrono::duration<std::uint32_t>;

// Where a route of our own comes from; in the order of preference for one prefix.
enum class LocalSource : std::uint8_t { Network, Connected, Static, Kernel };

// Whether a received path may take part in the decision, and why not. Kept with the path.
enum class PathState : std::uint8_t {
    Accepted,
    NoPolicy,  // RFC 8212
    FilteredByPolicy,
    AsLoop,              // RFC 4271 9.1.2: our AS in AS_PATH
    FirstAsMismatch,     // RFC 4271 6.3: AS_PATH does not begin with the neighbor's AS
    OriginatorLoop,      // RFC 4456 8: we are the ORIGINATOR_ID
    OnlyToCustomerLeak,  // RFC 9234 5
    NextHopOurs,         // RFC 4271 5.1.3, 6.3
    PrefixInvalid,       // loopback, link-local, multicast, reserved
    LimitExceeded,       // beyond prefix-limit in
    NotLongLived,        // RFC 9494: NO_LLGR, and its neighbor has been away for long
};

enum class PathRole : std::uint8_t { None, Best, Multipath, Backup };

// The step of the decision process that a path lost at; `Won` for the best. RFC 4271 9.1.2.2.
enum class Reason : std::uint8_t {
    Won,
    NotAccepted,     // see PathState
    SessionDown,     // the session has ended; the path is about to go
    NextHop,         // not reachable
    Local,           // ours before learnt
    LongLivedStale,  // RFC 9494
    LocalPref,
    AsPathLength,
    Origin,
    Med,
    External,
    InteriorCost,
    RouterId,
    ClusterList,  // RFC 4456 9
    Address,
};

std::string_view to_string(PathState state);     // "filtered by the import policy"
std::string_view to_string(Reason reason);       // "longer AS path"
std::string_view deciding_step(Reason reason);   // the step for the one that won: "AS path length"
std::string_view to_string(LocalSource source);  // "network", "connected", "static", "kernel"

struct PathView {
    NeighborId neighbor{};  // kLocalRoutes: see `source`
    std::optional<LocalSource> source;
    std::shared_ptr<const PathAttributes> received;
    std::shared_ptr<const PathAttributes> imported;  // after the policy; null unless Accepted or
                                                     // LimitExceeded
    PathState state{};
    PathRole role{};
    bool stale = false;  // not yet sent again: in a refresh (RFC 7313), after a restart (RFC 4724)
    bool reachable = false;  // its next hop
    std::uint32_t cost = 0;  // to its next hop
    RouteTime learnt{};
};

struct RouteView {
    net::Prefix prefix;
    std::vector<PathView> paths;  // the best one first, where there is one
    ForwardingSetId forwarding = kNoForwarding;
    // In a walk of WalkOf::AdvertisedTo.
    std::optional<PathAttributes> advertised;
    bool aggregate = false;  // ... instead of what it covers
};

// Why a path is not the best one. `own` and `best` are the values compared at that step, in the
// step's own unit (LOCAL_PREF, length, MED, cost, router id as a number, IPv4 address; the last 64
// bits of an IPv6 address); `against` is the index of the path that it lost to.
struct PathVerdict {
    Reason reason = Reason::Won;
    std::uint64_t own = 0;
    std::uint64_t best = 0;
    std::optional<std::size_t> against;
};

struct Explanation {
    RouteView route;
    std::vector<PathVerdict> verdicts;  // one for each path of `route`
};

struct TableSummary {
    std::size_t entries = 0;
    std::size_t paths = 0;
    std::size_t attribute_sets = 0;  // of both families
    std::size_t memory_bytes = 0;    // of this family's table; see `attribute_bytes`
    std::size_t attribute_bytes = 0;
    std::uint64_t version = 0;  // grows with each change of a best path
};

struct NeighborCounts {
    std::uint32_t received = 0;   // in Adj-RIB-In
    std::uint32_t accepted = 0;   // after checks, policy and limit
    std::uint32_t discarded = 0;  // over prefix-limit in
    std::uint32_t stale = 0;      // received, from before the neighbor restarted
    std::uint32_t best = 0;
    std::uint32_t advertised = 0;
    std::uint32_t held_back = 0;   // over prefix-limit out
    std::uint32_t aggregated = 0;  // left out for an aggregate
    std::uint32_t unsendable = 0;  // attributes that fit in no message
    bool end_of_rib_sent = false;  // in this session
};

// One that may stand in for routes to a neighbor (PrefixLimitOut).
struct AggregateView {
    net::Prefix prefix;
    bool announced = false;     // as an aggregate, now
    bool refused = false;       // it was to be, and the export policy refused it
    std::uint32_t covered = 0;  // routes that may be sent
};

}  // namespace dx::bgp
