// What import or export makes of one path, and why: for `why` and `policy test`. The answers come
// from the rules that decide about real routes (import_rules.hpp, export_rules.hpp), asked once
// more with a trace.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "libbgp/policy/policy.hpp"
#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/rib/route_view.hpp"

namespace dx::bgp {

// Whether the best path of a prefix goes to a neighbor, and why not: the first reason there is.
enum class ExportState : std::uint8_t {
    Accepted,
    NotEstablished,
    FamilyNotNegotiated,
    Deferred,  // nothing is chosen yet, after a restart of ours (RFC 4724 4.1)
    NoBestPath,
    NoPolicy,          // RFC 8212
    BetweenInternals,  // RFC 4271 9.2
    NoAdvertise,       // RFC 1997
    NoExport,
    CustomersOnly,   // RFC 9234 5
    BehindHorizon,   // learnt from one AWS neighbor, for another
    DefaultRoute,    // RibNeighbor::no_default_route
    LongLivedStale,  // RFC 9494 4.3
    FilteredByPolicy,
    LearntFromIt,
    AsInPath,       // it would only be dropped there
    NoNextHop,      // we have no address of the family that it could use
    NextHopIsPeer,  // RFC 4271 5.1.3
    HeldBack,       // over prefix-limit out
    Aggregated,     // an aggregate was sent in its place
    DoesNotFit,     // its attributes fit in no message
};

std::string_view to_string(ExportState state);  // "learnt from it", "NO_EXPORT"

// How a policy saw a route, and what it did, rule by rule.
struct RouteTrace {
    std::optional<PathAttributes> asked;  // as the policy saw it; none: it was not asked
    PolicyTrace policy;
    std::optional<PathAttributes> left;  // as it left it; none: it rejected it
};

struct ImportTrial {
    PathState state = PathState::Accepted;
    std::optional<std::uint32_t> rule{};  // of the policy, that decided, from 0
    std::shared_ptr<const PathAttributes> received{};
    std::optional<PathAttributes> imported{};  // only if Accepted
    // How the path stands in the table now, under the settings in force.
    PathState state_now = PathState::Accepted;
    std::shared_ptr<const PathAttributes> imported_now{};
};

struct ExportTrial {
    ExportState state = ExportState::Accepted;
    std::optional<std::uint32_t> rule{};
    NeighborId from = kLocalRoutes;            // whose path is the best
    std::optional<PathAttributes> best{};      // as imported; none: there is no best path
    std::optional<PathAttributes> exported{};  // as the peer gets it; only if Accepted
    bool waiting = false;                      // it, or what takes it back, is not sent yet
};

}  // namespace dx::bgp
