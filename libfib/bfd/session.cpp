#include "libfib/bfd/session.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace dx::bfd {

namespace {

constexpr Interval kSlow{1'000'000};  // 6.8.3: while not Up
constexpr Interval kAny{1};           // 6.8.1: bfd.RemoteMinRxInterval before the peer is heard

// 6.8.6: our next state (row: ours, column: what the peer says is its own).
constexpr std::array<std::array<State, 4>, 4> kNextState{{
    //  AdminDown         Down              Init              Up
    {State::AdminDown, State::AdminDown, State::AdminDown, State::AdminDown},  // AdminDown
    {State::Down, State::Init, State::Up, State::Down},                        // Down
    {State::Down, State::Init, State::Up, State::Up},                          // Init
    {State::Down, State::Down, State::Up, State::Up},                          // Up
}};

State next_state(State ours, State theirs) {
    return kNextState[static_cast<std::size_t>(ours)][static_cast<std::size_t>(theirs)];
}

// A peer that is not heard, or not any more; why it last changed its state stays known.
ControlPacket nobody(Diagnostic last) {
    ControlPacket packet;
    packet.diagnostic = last;
    packet.detect_multiplier = 0;
    packet.required_min_rx = kAny;
    return packet;
}

// 6.8.7: from 75 % of the interval to all of it; with a multiplier of 1 to 90 %, for one packet
// that is not lost must always be in time.
Interval jittered(Interval interval, std::uint8_t multiplier, std::uint32_t random) {
    constexpr std::int64_t kWhole = 1'000'000;
    const std::int64_t spread = multiplier == 1 ? kWhole * 15 / 100 : kWhole * 25 / 100;
    const std::int64_t share = kWhole * 75 / 100 + random % (spread + 1);
    return Interval{interval.count() * share / kWhole};
}

}  // namespace

Session::Session(Discriminator local, const SessionSettings& settings, TimePoint now,
                 std::uint32_t seed)
    : local_(local),
      settings_(settings),
      random_(seed),
      jitter_(static_cast<std::uint32_t>(random_())),
      state_since_(now),
      remote_(nobody(Diagnostic::None)) {
    offer_timing();
}

Outcome Session::receive(const ControlPacket& packet, TimePoint arrived, TimePoint now) {
    Outcome outcome;
    take(packet, arrived, now);
    if (state_ == State::AdminDown) return outcome;
    if (const State next = next_state(state_, packet.state); next != state_) {
        const bool down = next == State::Down;
        enter(next, down ? Diagnostic::NeighborSignaledSessionDown : diagnostic_,
              down && packet.state == State::AdminDown, now, outcome);
    } else if (!packet.final && may_poll(now)) {
        offer_timing();  // what was configured during the former Poll Sequence
    }
    if (packet.poll) {
        outcome.packets.push_back(this->packet(true));
        ++counters_.packets_out;
    }
    send_pending(now, outcome);
    return outcome;
}

// The part of 6.8.6 that is the same in all states.
void Session::take(const ControlPacket& packet, TimePoint arrived, TimePoint now) {
    ++counters_.packets_in;
    const auto deadline = detection_deadline();
    if (state_ == State::Up && deadline) {
        const auto margin = std::chrono::duration_cast<Interval>(*deadline - arrived);
        smallest_margin_ = std::min(margin, smallest_margin_.value_or(margin));
    }
    const bool first = remote_.my_discriminator == 0;
    last_received_ = first ? arrived : std::max(arrived, last_received_);
    remote_ = packet;
    peer_independent_ = packet.control_plane_independent;
    if (packet.final && poll_.active && poll_.first_sent) end_poll(now);
}

Outcome Session::advance(TimePoint now) {
    Outcome outcome;
    if (const auto deadline = detection_deadline(); deadline && now >= *deadline)
        expire(now, outcome);
    transmit_if_due(now, outcome);
    return outcome;
}

Outcome Session::transmit(TimePoint now) {
    Outcome outcome;
    transmit_if_due(now, outcome);
    return outcome;
}

void Session::transmit_if_due(TimePoint now, Outcome& outcome) {
    if (const auto due = next_transmission(); due && now >= *due) send_now_ = true;
    send_pending(now, outcome);
}

// 6.8.4. The peer may come back as somebody else who wants other things, so all that it said is
// forgotten, not only its discriminator (6.8.1): one that wanted no packets would never hear of us.
void Session::expire(TimePoint now, Outcome& outcome) {
    remote_ = nobody(remote_.diagnostic);
    poll_.active = false;
    if (state_ == State::Init || state_ == State::Up)
        enter(State::Down, Diagnostic::ControlDetectionTimeExpired, false, now, outcome);
}

// Both directions of 6.8.3's "while not Up" change what we offer, and at once: a Poll Sequence that
// is under way ends, for outside Up none of its two delays applies.
void Session::enter(State next, Diagnostic diagnostic, bool administrative, TimePoint now,
                    Outcome& outcome) {
    // Until it is Up again the peer may read why it went down (4.1).
    if (next == State::Up) diagnostic = Diagnostic::None;
    outcome.transition =
        Transition{state_, next, diagnostic, remote_.diagnostic, administrative, peer_independent_};
    if (state_ == State::Up) ++counters_.downs;
    if (next == State::Up) {
        ++counters_.ups;
        smallest_margin_.reset();
    }
    diagnostic_ = diagnostic;
    state_ = next;
    state_since_ = now;
    poll_.active = false;
    offer_timing();
    send_now_ = true;
}

// 6.8.3: a change is offered by a Poll Sequence. While Up, a longer transmit interval and a shorter
// detection time wait for its Final, for until then the peer may go by the former values.
void Session::offer_timing() {
    const bool up = state_ == State::Up;
    const Timing wanted{up ? settings_.desired_min_tx : std::max(settings_.desired_min_tx, kSlow),
                        settings_.required_min_rx};
    const bool changed = wanted != offered_;
    offered_ = wanted;
    in_force_.desired_min_tx =
        up ? std::min(in_force_.desired_min_tx, offered_.desired_min_tx) : offered_.desired_min_tx;
    in_force_.required_min_rx = up ? std::max(in_force_.required_min_rx, offered_.required_min_rx)
                                   : offered_.required_min_rx;
    if (!changed) return;
    send_now_ = true;
    poll_.active = remote_.my_discriminator != 0;
    poll_.first_sent.reset();
}

// One Poll Sequence at a time, and none while a Final of the former may still be on its way: each
// packet with P is answered, so after the last of them it takes one more round trip (6.8.3).
bool Session::may_poll(TimePoint now) const {
    return !poll_.active && now >= poll_.quiet_until;
}

void Session::end_poll(TimePoint now) {
    constexpr int kCaution = 2;  // the next round trip may take longer
    poll_.active = false;
    poll_.quiet_until = poll_.last_sent + kCaution * (now - *poll_.first_sent);
    in_force_ = offered_;
}

Outcome Session::configure(const SessionSettings& settings, TimePoint now) {
    assert(settings.desired_min_tx >= kMinInterval && settings.desired_min_tx <= kMaxInterval);
    assert(settings.required_min_rx >= kMinInterval && settings.required_min_rx <= kMaxInterval);
    assert(settings.detect_multiplier > 0);
    Outcome outcome;
    if (settings.detect_multiplier != settings_.detect_multiplier) send_now_ = true;
    settings_ = settings;
    if (state_ != State::Up || may_poll(now)) offer_timing();
    send_pending(now, outcome);
    return outcome;
}

Outcome Session::set_admin_down(bool admin_down, TimePoint now) {
    Outcome outcome;
    if (admin_down == (state_ == State::AdminDown)) return outcome;
    if (admin_down)
        enter(State::AdminDown, Diagnostic::AdministrativelyDown, true, now, outcome);
    else
        enter(State::Down, Diagnostic::None, true, now, outcome);
    send_pending(now, outcome);
    return outcome;
}

void Session::lose_link() {
    if (!std::exchange(no_link_, true)) sent_on_link_ = last_sent_;
}

Outcome Session::find_link(TimePoint now) {
    if (!std::exchange(no_link_, false)) return {};
    last_sent_ = sent_on_link_;
    return transmit(now);
}

ControlPacket Session::packet(bool final) const {
    ControlPacket packet;
    packet.diagnostic = diagnostic_;
    packet.state = state_;
    packet.poll = poll_.active && !final;
    packet.final = final;
    packet.detect_multiplier = settings_.detect_multiplier;
    packet.my_discriminator = local_;
    packet.your_discriminator = remote_.my_discriminator;
    packet.desired_min_tx = offered_.desired_min_tx;
    packet.required_min_rx = offered_.required_min_rx;
    return packet;
}

void Session::send_pending(TimePoint now, Outcome& outcome) {
    if (!send_now_) return;
    send_now_ = false;
    last_sent_ = now;
    jitter_ = static_cast<std::uint32_t>(random_());
    outcome.packets.push_back(packet(false));
    ++counters_.packets_out;
    if (!poll_.active) return;
    if (!poll_.first_sent) poll_.first_sent = now;
    poll_.last_sent = now;
}

// 6.8.7. A peer in demand mode is sent nothing but Polls while all is well: that is how it wants us
// to be. We never ask for it ourselves, so the peer goes on sending and detection works as always.
std::optional<Interval> Session::transmit_interval() const {
    if (remote_.required_min_rx == Interval::zero()) return std::nullopt;
    const bool both_up = state_ == State::Up && remote_.state == State::Up;
    if (remote_.demand && both_up && !poll_.active) return std::nullopt;
    return std::max(in_force_.desired_min_tx, remote_.required_min_rx);
}

// 6.8.4, asynchronous mode.
std::optional<Interval> Session::detection_time() const {
    if (remote_.my_discriminator == 0) return std::nullopt;
    return remote_.detect_multiplier * std::max(in_force_.required_min_rx, remote_.desired_min_tx);
}

std::optional<TimePoint> Session::detection_deadline() const {
    const auto time = detection_time();
    if (!time) return std::nullopt;
    return last_received_ + *time;
}

// From the interval that is in force now: a peer that wants more of us is served at once (6.8.3).
std::optional<TimePoint> Session::next_transmission() const {
    const auto interval = transmit_interval();
    if (!interval) return std::nullopt;
    if (!last_sent_) return state_since_;
    return *last_sent_ + jittered(*interval, settings_.detect_multiplier, jitter_);
}

std::optional<TimePoint> Session::next_event() const {
    const auto transmission = next_transmission();
    const auto deadline = detection_deadline();
    if (!transmission || !deadline) return transmission ? transmission : deadline;
    return std::min(*transmission, *deadline);
}

SessionStatus Session::status() const {
    SessionStatus status;
    status.state = state_;
    status.state_since = state_since_;
    status.settings = settings_;
    status.local = packet(false);
    status.remote = remote_;
    status.transmit_interval = transmit_interval();
    status.detection_time = detection_time();
    status.smallest_margin = smallest_margin_;
    status.polling = poll_.active;
    status.counters = counters_;
    return status;
}

}  // namespace dx::bfd
