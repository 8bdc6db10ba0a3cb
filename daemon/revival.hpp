// When a neighbor that came back may carry traffic again. Forwarding keeps its next hops out from
// the session's end on; they return once the peer has told all it has, so that no prefix is sent to
// a peer that does not have it back yet: after End-of-RIB of all families, or after five seconds
// without an UPDATE where the peer sends none (RFC 4724 2), and not before its `return-delay`. What
// nobody else carries is not held back (Fib::neighbor_returning).
// Where no other neighbor is up there is nothing to protect, and it returns at once.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libbgp/rib/neighbor_id.hpp"

namespace dx::daemon {

class Revival {
public:
    struct Bounds {
        std::chrono::milliseconds quiet{5'000};     // since the last UPDATE
        std::chrono::milliseconds at_most{60'000};  // however much it still tells
    };

    using Clock = std::chrono::steady_clock;

    // `revive` is called once for each begin() that is not cancelled before.
    Revival(boost::asio::io_context& io, std::function<void(bgp::NeighborId)> revive,
            const Bounds& bounds)
        : io_(io), revive_(std::move(revive)), bounds_(bounds) {}

    void begin(bgp::NeighborId id, Clock::duration delay);  // Established
    void heard(bgp::NeighborId id);                         // an UPDATE
    void complete(bgp::NeighborId id);                      // it has told all
    void hurry(bgp::NeighborId id);                         // whatever it was to wait for
    void cancel(bgp::NeighborId id);

    bool waiting(bgp::NeighborId id) const { return waiting_.contains(id); }

    bool empty() const { return waiting_.empty(); }

private:
    struct Waiting {
        explicit Waiting(boost::asio::io_context& io) : timer(io) {}

        boost::asio::steady_timer timer;
        const Clock::time_point began = Clock::now();
        Clock::time_point not_before = began;
        Clock::time_point last_heard = began;
        bool has_told_all = false;
    };

    void wait(bgp::NeighborId id, const std::shared_ptr<Waiting>& waiting);
    Clock::time_point end_of(const Waiting& waiting) const;

    boost::asio::io_context& io_;
    std::function<void(bgp::NeighborId)> revive_;
    Bounds bounds_;
    std::map<bgp::NeighborId, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace dx::daemon
