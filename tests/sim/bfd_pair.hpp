// Two BFD sessions on a clock that is moved by hand, over a link that loses, delays and reorders.
// What chance decides comes from one seed, so that a failure can be repeated.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "libfib/bfd/session.hpp"

namespace dx::sim {

struct BfdLinkSettings {
    double loss = 0;             // of a packet
    unsigned most_in_a_row = 0;  // lost ones; 0: no bound
    std::chrono::microseconds min_delay{100};
    std::chrono::microseconds max_delay{100};
    bool reorders = false;
};

class BfdPair {
public:
    struct Change {
        bfd::TimePoint at;
        bfd::Transition transition;
    };

    BfdPair(std::uint32_t seed, const BfdLinkSettings& link, const bfd::SessionSettings& one,
            const bfd::SessionSettings& other);

    bfd::Session& session(std::size_t side) { return ends_[side].session; }

    const std::vector<Change>& changes(std::size_t side) const { return ends_[side].changes; }

    // When the side's latest packet arrived.
    bfd::TimePoint last_arrival(std::size_t side) const { return ends_[side].last_arrival; }

    void configure(std::size_t side, const bfd::SessionSettings& settings) {
        take(side, ends_[side].session.configure(settings, now));
    }

    void start_reordering() { link_.reorders = true; }

    void cut() { cut_ = true; }  // what is under way still arrives

    void run_for(std::chrono::microseconds time);

    // False: the condition does not hold within the time.
    bool run_until(const std::function<bool()>& condition, std::chrono::microseconds most);

    bool both_up() const {
        return ends_[0].session.state() == bfd::State::Up &&
               ends_[1].session.state() == bfd::State::Up;
    }

    std::size_t downs() const {
        return ends_[0].session.status().counters.downs + ends_[1].session.status().counters.downs;
    }

    std::uint32_t random(std::uint32_t from, std::uint32_t to);

    bfd::TimePoint now{std::chrono::hours(1)};

private:
    struct End {
        bfd::Session session;
        std::vector<Change> changes;
        bfd::TimePoint last_arrival;
        bfd::TimePoint latest_delivery;  // to it, of what is under way
        unsigned lost_in_a_row = 0;
    };

    struct Delivery {
        std::size_t to = 0;
        bfd::ControlPacket packet;
    };

    bfd::TimePoint next_event() const;
    void step();
    void take(std::size_t side, const bfd::Outcome& outcome);
    void send(std::size_t to, const bfd::ControlPacket& packet);
    bool loses(End& receiver);

    std::mt19937 random_;
    BfdLinkSettings link_;
    std::array<End, 2> ends_;
    std::multimap<bfd::TimePoint, Delivery> under_way_;
    bool cut_ = false;
};

}  // namespace dx::sim
