// How the daemon itself is doing, beside what it routes: for the metrics. Plain values as in
// views.hpp. Counts are since the start of the process.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libfib/net/ip_address.hpp"

namespace dx::control {

struct DurationHistogram {
    struct Bucket {
        std::chrono::duration<double> at_most{};
        std::uint64_t count = 0;  // of this bucket alone
    };

    std::vector<Bucket> buckets;  // in rising order
    std::uint64_t longer = 0;     // than the last of them
    std::chrono::duration<double> sum{};
};

// What the kernel has of what is wanted.
struct FibView {
    struct Table {
        net::Family family{};
        std::vector<std::pair<std::string, std::uint64_t>> routes;  // by state, all of them
        std::uint64_t stale = 0;  // of those installed: of an earlier run, not wanted again so far
    };

    std::vector<Table> tables;  // one a family
    std::uint64_t pending = 0;  // changes that the kernel has not acknowledged
    std::uint64_t groups = 0;
    std::uint64_t objects = 0;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;    // requests that the kernel refused
    std::uint64_t overruns = 0;  // times that its messages were lost
    std::uint64_t dumps = 0;     // times that its tables were read
    // Notes on what happened, and how many routes, objects or times; every kind, also with 0.
    std::vector<std::pair<std::string, std::uint64_t>> incidents;
    DurationHistogram failovers;
};

struct ProcessView {
    std::chrono::duration<double> cpu{};
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t open_files = 0;
    std::uint64_t max_files = 0;
    std::chrono::system_clock::time_point started;
};

// TCP segments that the kernel dropped for their MD5 signature (RFC 2385): all sockets of the
// network namespace.
struct Md5View {
    std::uint64_t missing = 0;     // a key is set, the segment has no signature
    std::uint64_t unexpected = 0;  // the other way round
    std::uint64_t wrong = 0;
};

struct ThreadView {
    std::string name;
    std::chrono::duration<double> answered_in{};
};

struct ReloadView {
    bool successful = true;                              // the last attempt
    std::chrono::system_clock::time_point last_success;  // or the start
    // A change waits to be confirmed until then; past: it was taken back, its file not yet.
    std::optional<std::chrono::system_clock::time_point> confirm_until{};
};

// A gateway of static routes that BFD watches or that is tracked.
struct GatewayView {
    std::string gateway;     // its address; a link-local one with its link
    std::string watched_by;  // "bfd", "track"
    bool up = false;         // its routes are used
    std::size_t routes = 0;  // static ones via it
};

// What outlives a run, as far as it is written while the router runs.
struct StateFileView {
    std::string name;     // "journal", "drains", "metrics", "peer-limits"
    std::string trouble;  // why it cannot be written, as it was last tried; empty: it can
};

// A socket that others connect to.
struct ListenerView {
    std::string protocol;  // "bgp", "http"
    std::string where;     // "[::]:179", "[::]:179 on eth0"
    std::string trouble;   // why it is not open, as it was last tried; empty: it is
};

struct HealthView {
    ProcessView process;
    std::optional<Md5View> md5;  // none: the kernel does not say
    ReloadView reload;
    std::uint64_t log_lines_dropped = 0;
    std::vector<std::pair<std::string, std::uint64_t>> hooks;  // by how they ended
    std::vector<GatewayView> gateways{};
    std::vector<StateFileView> state_files{};  // every one
    std::vector<ListenerView> listeners{};     // every one
};

}  // namespace dx::control
