// A neighbor that the operator takes out of use: its traffic is led away first, then its session
// ends and stays down until the operator gives it back.
#pragma once

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/config/config.hpp"
#include "libbgp/rib/rib_neighbor.hpp"

namespace dx::daemon {

struct Drain {
    using Clock = std::chrono::steady_clock;

    // What the neighbors have not taken over by so much later stays with it to the end.
    static constexpr std::chrono::seconds kGrace{60};

    Drain(boost::asio::io_context& io, Clock::duration wait)
        : timer(io, wait), at_last(Clock::now() + wait + kGrace) {}

    boost::asio::steady_timer timer;  // until it is seen whether the session can end
    Clock::time_point at_last;        // ... and until it does
    bool ended = false;               // ... which it has: the traffic had time to move
};

// What the RIB is to do meanwhile: the lowest preference that the peer understands, and
// GRACEFUL_SHUTDOWN (RFC 8326).
bgp::Drain leading_away(const config::Neighbor& neighbor);

}  // namespace dx::daemon
