// What the Fib tells: changes that routing asked for, and notes for the log.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "libfib/fib/kernel.hpp"
#include "libfib/fib/route.hpp"

namespace dx::fib {

// Something the operator should read in the log; the driver renders it.
struct FibNote {
    enum class Kind : std::uint8_t {
        RouteDeletedByOther,   // of ours; put back
        RouteChangedByOther,   // of ours; put right
        ObjectDeletedByOther,  // of ours, its routes with it; put back
        Ipv6Lost,              // link: its MTU is too small, and the kernel took IPv6 from it
        Conflict,  // the kernel has a foreign route for the prefix: ours is not installed
        ConflictOver,
        RouteFailed,    // error: the errno; once, what may pass only when it does not
        ObjectFailed,   // object, error: likewise
        RoutesAdopted,  // count: of an earlier run
        StaleSwept,     // count
        Reconciled,     // count: differences that a dump brought up
        FailedOver,     // neighbor, took: its traffic was moved
        NotesLost,      // count: more notes than fit
    };
    Kind kind = Kind::NotesLost;
    net::Prefix prefix;
    ObjectId object = ObjectId::None;
    std::string link;
    int error = 0;
    std::uint32_t count = 0;
    NeighborTag neighbor = NeighborTag::None;
    std::chrono::nanoseconds took{};
};

// What notes of a kind came to: their counts, else their number.
using NoteCounts =
    std::array<std::uint64_t, static_cast<std::size_t>(FibNote::Kind::NotesLost) + 1>;

using FibEvent = std::variant<NextHopState, NetworkPresence, RedistributedRoute, FibNote>;

}  // namespace dx::fib
