// The table as `show` and the metrics see it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "libfib/fib/failover_times.hpp"
#include "libfib/fib/fib_note.hpp"
#include "libfib/fib/route.hpp"
#include "libfib/net/prefix_map.hpp"

namespace dx::fib {

// One candidate of a prefix, for `show ip route`.
struct CandidateView {
    RouteSource source = RouteSource::Bgp;
    Distance distance = 0;
    std::uint32_t metric = 0;  // of the source Kernel
    std::chrono::seconds age{0};
    const Forwarding* forwarding = nullptr;  // as named by routing
    std::vector<OnLink> on_link;             // as resolved now, without what is vetoed
    std::set<NeighborTag> passed_over;       // of `forwarding`: back, but not used again yet
    bool usable = false;                     // resolvable; an unusable one never wins over a usable
    NextHopProblem problem = NextHopProblem::None;  // of its first next hop, if it is not usable
    bool selected = false;
};

enum class InstallState : std::uint8_t {
    NotOurs,    // connected, or another program's: not ours to install
    Pending,    // on its way
    Installed,  // acknowledged by the kernel
    Unusable,   // no next hop that can be used
    Conflict,   // a foreign kernel route for the prefix
    Failed,     // the kernel refused, see `error`; retried
    Disabled,   // fib.enabled is false
    Covered,    // held back behind a shorter route, see `covered_by`
};

std::string_view to_string(InstallState state);

struct RouteView {
    net::Prefix prefix;
    InstallState state = InstallState::Pending;
    int error = 0;                          // errno of the last refusal
    bool stale = false;                     // adopted from an earlier run, not yet wanted again
    std::optional<net::Prefix> covered_by;  // where a neighbor's routes yield to it
    std::vector<CandidateView> candidates;  // the selected one first
};

// What depends on a neighbor, before it is taken away.
struct Reliance {
    static constexpr std::size_t kExamples = 3;

    std::uint64_t routes = 0;           // it carries, alone or with others
    std::uint64_t movable = 0;          // of those, where another has the prefix too
    std::uint64_t stranded = 0;         // of those, where nobody else has a way
    std::vector<net::Prefix> examples;  // the first of these
};

// A neighbor that was taken away.
struct Drill {
    std::vector<net::Prefix> routes;  // that it carried; once it has moved, those with a way
    bool by_groups = false;           // they all move with their groups, none by itself
    std::size_t looked_at = 0;        // where lost_way() goes on
};

// What became of the routes that a neighbor carried.
struct FailedOver {
    std::uint64_t routes = 0;                       // it carried, alone or with others
    std::map<NeighborTag, std::uint64_t> moved_to;  // of those, by who carries them now
    std::uint64_t stranded = 0;                     // of those, without a way
};

struct FibSummary {
    struct PerSource {
        std::uint64_t routes = 0;    // prefixes with a candidate of the source
        std::uint64_t selected = 0;  // of those, where it won
    };

    // Routes of ours: those that BGP or Static won, and those of an earlier run.
    struct PerFamily {
        std::uint64_t wanted = 0;     // usable, and to be in the kernel
        std::uint64_t installed = 0;  // acknowledged
        std::uint64_t unusable = 0;   // no next hop that can be used, or fib.enabled is false
        std::uint64_t covered = 0;    // held back behind a shorter route
        std::uint64_t conflicts = 0;  // another program's route has the prefix
        std::uint64_t failed = 0;     // refused by the kernel otherwise, waiting for a retry
        std::uint64_t stale = 0;      // of `installed`: of an earlier run, not yet wanted again
    };

    PerFamily total() const;

    PerSource sources[4];        // by RouteSource
    PerFamily families[2];       // by net::Family
    std::uint64_t prefixes = 0;  // in the table
    std::uint64_t pending = 0;   // changes that the kernel has not acknowledged
    std::uint64_t groups = 0;    // forwarding groups in the kernel
    std::uint64_t objects = 0;   // nexthop objects in the kernel, groups included
    NoteCounts notes{};          // since the start, those that were left out of the log included
    FailoverTimes failovers;
};

}  // namespace dx::fib
