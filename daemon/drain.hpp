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

    Drain(boost::asio::io_context& io, Clock::duration wait) : timer(io, wait) {}

    boost::asio::steady_timer timer;  // until the session ends
    bool ended = false;               // ... which it has: the traffic had time to move
};

// What the RIB is to do meanwhile: the lowest preference that the peer understands, and
// GRACEFUL_SHUTDOWN (RFC 8326).
bgp::Drain leading_away(const config::Neighbor& neighbor);

}  // namespace dx::daemon
