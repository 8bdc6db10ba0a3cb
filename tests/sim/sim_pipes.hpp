// What routers of a simulation stand on: a clock that is moved by hand, cables that can be cut, and
// TCP connections over them. All that chance decides comes from the clock's one seed.
// Knows no messages; of a router only where bytes are to be given to.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "libbgp/fsm/event.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::sim {

using Time = std::chrono::milliseconds;  // since the start

class Clock {
public:
    explicit Clock(std::uint32_t seed) : random_(seed) {}

    Time now() const { return now_; }

    void at(Time when, std::function<void()> what);
    void run_for(Time time);

    std::uint32_t random(std::uint32_t low, std::uint32_t high) {
        return low + static_cast<std::uint32_t>(random_() % (high - low + 1));
    }

private:
    Time now_{0};
    std::multimap<Time, std::function<void()>> waiting_;  // equal times: first come, first served
    std::mt19937 random_;
};

class Peering;

// A cable. What arrives while it is cut waits until it is healed, as TCP sends again.
class Link {
public:
    Link(Clock& clock, Time max_delay, std::uint32_t max_fragment)
        : clock_(clock), max_delay_(max_delay), max_fragment_(max_fragment) {}

    void cut() { cut_ = true; }

    void heal();
    void carry(Time& last_arrival, std::function<void()> what);

    // How many bytes arrive at a time.
    std::size_t fragment() { return clock_.random(1, max_fragment_); }

    std::array<std::weak_ptr<Peering>, 2> hosts;  // none: switched off

private:
    Clock& clock_;
    Time max_delay_;
    std::uint32_t max_fragment_;
    bool cut_ = false;
    std::vector<std::function<void()>> held_;
};

// A TCP connection; `side` 0 or 1 is an end of the link. An end without owner is closed.
class Pipe : public std::enable_shared_from_this<Pipe> {
public:
    explicit Pipe(Link& link) : link_(link) {}

    void dial(std::size_t side);
    void send(std::size_t side, const bgp::Buffer& bytes);
    void close(std::size_t side);

    struct End {
        std::weak_ptr<Peering> owner;
        bgp::ConnectionId id{};
    };

    std::array<End, 2> ends;

private:
    void carry(std::size_t from, std::function<void()> what) {
        link_.carry(last_arrival_[from], std::move(what));
    }

    void arrive(std::size_t side, bgp::Bytes bytes);
    void end_by_peer(std::size_t side);

    Link& link_;
    std::array<Time, 2> last_arrival_{};
};

}  // namespace dx::sim
