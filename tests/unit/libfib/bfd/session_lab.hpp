// A session on a clock that is moved by hand, with the test in the part of the peer.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "libfib/bfd/session.hpp"

namespace dx::bfd::test {

inline constexpr Discriminator kOurs = 77;
inline constexpr Discriminator kTheirs = 4711;

class Lab {
public:
    explicit Lab(const SessionSettings& settings = {}, std::uint32_t seed = 1)
        : session(kOurs, settings, now, seed) {
        theirs.my_discriminator = kTheirs;
        theirs.desired_min_tx = std::chrono::milliseconds(300);
        theirs.required_min_rx = std::chrono::milliseconds(300);
    }

    // Takes what a call gave: packets go to `sent`, a transition to `transition`.
    void take(Outcome outcome) {
        sent = std::move(outcome.packets);
        transition = outcome.transition;
        for (const ControlPacket& packet : sent)
            if (!packet.final) said = packet;
    }

    // The peer says so, with what else is in `theirs`.
    void hear(State state) {
        theirs.state = state;
        theirs.your_discriminator = kOurs;
        take(session.receive(theirs, now, now));
        theirs.poll = theirs.final = false;
    }

    void hear_final(State state = State::Up) {
        theirs.final = true;
        hear(state);
    }

    void hear_poll(State state = State::Up) {
        theirs.poll = true;
        hear(state);
    }

    void configure(const SessionSettings& settings) { take(session.configure(settings, now)); }

    void advance() { take(session.advance(now)); }

    // To the moment when something is due, and does it; how long that took.
    Interval run_to_next_event() {
        const auto due = std::max(session.next_event().value(), now);
        const auto took = std::chrono::duration_cast<Interval>(due - now);
        now = due;
        advance();
        return took;
    }

    // From nothing to Up, settled: the Poll that offers our interval is answered.
    void come_up() {
        advance();
        hear(State::Down);
        hear(State::Up);
        hear_final();
    }

    SessionStatus status() const { return session.status(); }

    TimePoint now{std::chrono::hours(1)};
    Session session;
    ControlPacket theirs;

    std::vector<ControlPacket> sent;       // by the last call
    std::optional<Transition> transition;  // of the last call
    ControlPacket said;                    // the last one that is not a Final
};

// `interval` both ways.
inline SessionSettings every(Interval interval, std::uint8_t multiplier = 3) {
    return {interval, interval, multiplier};
}

}  // namespace dx::bfd::test
