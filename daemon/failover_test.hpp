// A circuit taken away on purpose, to see that and how fast the others take over: what was asked
// for, and what was measured so far. The newest is kept for `show`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/control/views.hpp"
#include "daemon/neighbor_table.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

struct FailoverTest {
    using Clock = std::chrono::steady_clock;

    explicit FailoverTest(boost::asio::io_context& io) : timer(io), look(io) {}

    bool is_over() const { return back_in_use || !aborted.empty(); }

    bool is_away() const { return !is_over() && !given_back; }

    std::string neighbor;                        // its name
    std::optional<std::string> expected_backup;  // the name of another one
    Clock::duration lasts{};
    Clock::time_point began = Clock::now();
    boost::asio::steady_timer timer;  // until the circuit is given back
    boost::asio::steady_timer look;   // until it is seen anew whether what took over still does

    std::uint64_t stranded = 0;  // routes that had no other way before it was taken away
    std::optional<netlink::FailoverAnswer> moved;
    std::optional<Clock::time_point> given_back;
    std::optional<Clock::time_point> established;
    std::optional<Clock::time_point> back_in_use;
    std::string aborted;  // why it ended before its time
    std::string lost;     // why the circuit was given back before its time: an outage
};

// `neighbors` has the names of those that took over.
control::FailoverTestView failover_test_view(const FailoverTest& test,
                                             const NeighborTable& neighbors);

}  // namespace dx::daemon
