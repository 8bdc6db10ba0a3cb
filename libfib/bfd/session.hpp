// One BFD session: RFC 5880 6.1 to 6.8, asynchronous mode, active role, no echo, no authentication.
//
// No sockets, no clock, no globals: packets and the time go in, packets and transitions come out,
// and next_event() says when advance() is due. Which session a packet is for is decided elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "libfib/bfd/packet.hpp"

namespace dx::bfd {

using TimePoint = std::chrono::steady_clock::time_point;

inline constexpr Interval kMinInterval{10'000};

// What the operator wants. While the session is not Up we send at most once a second, whatever is
// set (6.8.3).
struct SessionSettings {
    Interval desired_min_tx{300'000};    // kMinInterval to kMaxInterval
    Interval required_min_rx{300'000};   // the same
    std::uint8_t detect_multiplier = 3;  // at least 1

    friend bool operator==(const SessionSettings&, const SessionSettings&) = default;
};

struct Transition {
    State from = State::Down;
    State to = State::Down;
    Diagnostic diagnostic = Diagnostic::None;         // ours: why
    Diagnostic remote_diagnostic = Diagnostic::None;  // in the peer's last packet

    // Our operator or the peer's switched the session off. That says nothing about the path, so
    // what runs over it is to be left alone (RFC 5882 3.2, 4.2).
    bool administrative = false;

    // The peer's BFD does not share the fate of its control plane (its C bit): that it is not heard
    // says that the path is dead, and not only a program there (RFC 5882 4.3.2).
    bool peer_independent = false;

    // The path failed: what runs over it has to go elsewhere.
    bool is_failure() const { return from == State::Up && to != State::Up && !administrative; }

    friend bool operator==(const Transition&, const Transition&) = default;
};

// What is to be done after a call: the packets to be sent, in order, and what became of the state.
struct Outcome {
    std::vector<ControlPacket> packets;
    std::optional<Transition> transition;
};

// Counts since the session was made.
struct SessionCounters {
    std::uint64_t packets_in = 0;
    std::uint64_t packets_out = 0;
    std::uint64_t ups = 0;    // transitions to Up
    std::uint64_t downs = 0;  // from Up

    friend bool operator==(const SessionCounters&, const SessionCounters&) = default;
};

struct SessionStatus {
    State state = State::Down;
    TimePoint state_since;
    SessionSettings settings;
    ControlPacket local;   // what we say now
    ControlPacket remote;  // what the peer said last; my_discriminator 0: it is not heard

    // Before jitter; none: the peer wants no periodic packets.
    std::optional<Interval> transmit_interval;
    std::optional<Interval> detection_time;  // none: the peer is not heard

    // How much of the detection time was left in the longest silence since the session came Up.
    // Below zero: it had passed, but a packet was there before anybody looked.
    std::optional<Interval> smallest_margin;

    bool polling = false;
    SessionCounters counters;
};

class Session {
public:
    // Sends its first packet at once. `seed` is all the randomness there is: it makes the jitter.
    Session(Discriminator local, const SessionSettings& settings, TimePoint now,
            std::uint32_t seed);

    // A packet of the peer came at `arrived`, not later than now. If the detection time had passed
    // before, nobody has noticed, and the peer is alive: no Down comes of it.
    Outcome receive(const ControlPacket& packet, TimePoint arrived, TimePoint now);

    // What is due by now: a packet, or the end of the detection time. Call it only when all packets
    // that have come by now were handed to receive().
    Outcome advance(TimePoint now);

    // The same without a look at the detection time.
    Outcome transmit(TimePoint now);

    // When advance() is due; may lie in the past. None: only a packet or a call changes anything.
    std::optional<TimePoint> next_event() const;

    // When the peer counts as lost; none: it is not heard anyway.
    std::optional<TimePoint> detection_deadline() const;

    // Changes nothing of the state: both sides agree on new intervals by a Poll Sequence.
    Outcome configure(const SessionSettings& settings, TimePoint now);

    // AdminDown, or back to Down (6.8.16). While AdminDown the peer is told so every second.
    Outcome set_admin_down(bool admin_down, TimePoint now);

    // There is no link: what is sent from now on gets to nobody. Then: there is one again, and none
    // of it counts for when the next packet is due, which is at once unless one got out just before
    // (6.8.7).
    void lose_link();
    Outcome find_link(TimePoint now);

    State state() const { return state_; }

    SessionStatus status() const;

private:
    struct Timing {
        Interval desired_min_tx{0};
        Interval required_min_rx{0};

        friend bool operator==(const Timing&, const Timing&) = default;
    };

    struct Poll {
        bool active = false;
        std::optional<TimePoint> first_sent;
        TimePoint last_sent;
        TimePoint quiet_until;  // a Final that comes before may be of the former Poll
    };

    void take(const ControlPacket& packet, TimePoint arrived, TimePoint now);
    void expire(TimePoint now, Outcome& outcome);
    void enter(State next, Diagnostic diagnostic, bool administrative, TimePoint now,
               Outcome& outcome);
    void offer_timing();
    bool may_poll(TimePoint now) const;
    void end_poll(TimePoint now);

    ControlPacket packet(bool final) const;
    void transmit_if_due(TimePoint now, Outcome& outcome);
    void send_pending(TimePoint now, Outcome& outcome);
    std::optional<Interval> transmit_interval() const;
    std::optional<Interval> detection_time() const;
    std::optional<TimePoint> next_transmission() const;

    Discriminator local_;
    SessionSettings settings_;
    std::minstd_rand random_;
    std::uint32_t jitter_;  // of the interval that runs: any number

    State state_ = State::Down;
    TimePoint state_since_;
    Diagnostic diagnostic_ = Diagnostic::None;
    ControlPacket remote_;           // the last packet; my_discriminator is bfd.RemoteDiscr
    bool peer_independent_ = false;  // as it said last, also while it is not heard
    TimePoint last_received_;

    Timing offered_;   // what our packets say
    Timing in_force_;  // what we go by: until the Final the safer of the former and the new
    Poll poll_;

    std::optional<TimePoint> last_sent_;     // not counting Finals
    std::optional<TimePoint> sent_on_link_;  // the same, as it was when the link went
    bool no_link_ = false;
    bool send_now_ = true;  // our packets would say something else than the last one
    std::optional<Interval> smallest_margin_;
    SessionCounters counters_;
};

}  // namespace dx::bfd
