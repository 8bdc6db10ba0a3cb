// What a BFD peer may send, and when: a session bears it, stays within the protocol's bounds, and
// says nothing that it would not take itself.
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "libfib/bfd/session.hpp"

using namespace dx::bfd;
using namespace std::chrono_literals;

namespace {

constexpr Discriminator kOurs = 0x01020304;

void require(bool holds) {
    if (!holds) std::abort();
}

// Reads the input; zeros behind its end.
class Input {
public:
    explicit Input(Bytes bytes) : left_(bytes) {}

    bool empty() const { return left_.empty(); }

    std::uint8_t octet() { return left_.empty() ? std::uint8_t{0} : take(1)[0]; }

    Bytes take(std::size_t count) {
        const auto taken = left_.first(std::min(count, left_.size()));
        left_ = left_.subspan(taken.size());
        return taken;
    }

private:
    Bytes left_;
};

SessionSettings settings_from(Input& input) {
    SessionSettings settings;
    settings.desired_min_tx = kMinInterval * (1 + input.octet());
    settings.required_min_rx = kMinInterval * (1 + input.octet());
    settings.detect_multiplier = std::max<std::uint8_t>(1, input.octet());
    return settings;
}

class Player {
public:
    explicit Player(const SessionSettings& settings) : session_(kOurs, settings, now_, 1) {}

    void play(Input& input) {
        const std::uint8_t what = input.octet();
        now_ += 1ms * (what >> 2);
        switch (what & 3) {
            case 0: follow(session_.advance(now_)); break;
            case 1: receive(input.take(kPacketBytes)); break;
            case 2: follow(session_.configure(settings_from(input), now_)); break;
            default: follow(session_.set_admin_down((input.octet() & 1) != 0, now_)); break;
        }
        settle();
    }

private:
    void receive(Bytes bytes) {
        const auto decoded = decode(bytes);
        const auto* packet = std::get_if<ControlPacket>(&decoded);
        if (packet == nullptr) return;
        require(std::get<ControlPacket>(decode(encode(*packet))) == *packet);
        follow(session_.receive(*packet, now_, now_));
    }

    // Nothing that is due is left.
    void settle() {
        follow(session_.advance(now_));
        const auto next = session_.next_event();
        require(!next || *next > now_);
        const auto status = session_.status();
        require(status.state == state_);
        require(!status.detection_time || *status.detection_time >= kMinInterval);
        if (status.state != State::Up && status.transmit_interval)
            require(*status.transmit_interval >= 1s);
        if (status.transmit_interval) require(*status.transmit_interval >= kMinInterval);
    }

    void follow(const Outcome& outcome) {
        if (outcome.transition) {
            require(outcome.transition->from == state_ && outcome.transition->to != state_);
            state_ = outcome.transition->to;
        }
        require(outcome.packets.size() <= 2);
        for (const ControlPacket& packet : outcome.packets) {
            require(std::get<ControlPacket>(decode(encode(packet))) == packet);
            require(!(packet.poll && packet.final));
            require(packet.my_discriminator == kOurs && packet.state == state_);
        }
    }

    TimePoint now_{1h};
    Session session_;
    State state_ = State::Down;
};

}  // namespace

// The first three octets: what is configured. Then steps: when and what, and what it needs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    Player player(settings_from(input));
    while (!input.empty())
        player.play(input);
    return 0;
}
