#include "tests/sim/bfd_pair.hpp"

#include <algorithm>

namespace dx::sim {

using namespace bfd;

BfdPair::BfdPair(std::uint32_t seed, const BfdLinkSettings& link, const SessionSettings& one,
                 const SessionSettings& other)
    : random_(seed),
      link_(link),
      ends_{End{Session(11, one, now, seed), {}, {}, {}},
            End{Session(22, other, now, seed + 1), {}, {}, {}}} {}

std::uint32_t BfdPair::random(std::uint32_t from, std::uint32_t to) {
    return std::uniform_int_distribution<std::uint32_t>(from, to)(random_);
}

void BfdPair::run_for(std::chrono::microseconds time) {
    const auto end = now + time;
    while (next_event() <= end)
        step();
    now = end;
}

bool BfdPair::run_until(const std::function<bool()>& condition, std::chrono::microseconds most) {
    const auto end = now + most;
    while (!condition()) {
        if (next_event() > end) return false;
        step();
    }
    return true;
}

TimePoint BfdPair::next_event() const {
    auto next = under_way_.empty() ? TimePoint::max() : under_way_.begin()->first;
    for (const End& end : ends_)
        if (const auto due = end.session.next_event()) next = std::min(next, *due);
    return std::max(next, now);
}

// What arrives at a moment is received before anything is judged at it.
void BfdPair::step() {
    now = next_event();
    if (!under_way_.empty() && under_way_.begin()->first <= now) {
        const Delivery delivery = under_way_.extract(under_way_.begin()).mapped();
        End& end = ends_[delivery.to];
        end.last_arrival = now;
        take(delivery.to, end.session.receive(delivery.packet, now, now));
        return;
    }
    for (std::size_t side = 0; side < ends_.size(); ++side)
        take(side, ends_[side].session.advance(now));
}

void BfdPair::take(std::size_t side, const Outcome& outcome) {
    if (outcome.transition) ends_[side].changes.push_back({now, *outcome.transition});
    for (const ControlPacket& packet : outcome.packets)
        send(1 - side, packet);
}

// As bytes: what cannot be said on the wire does not arrive.
void BfdPair::send(std::size_t to, const ControlPacket& packet) {
    End& receiver = ends_[to];
    if (cut_ || loses(receiver)) return;
    const auto shortest = static_cast<std::uint32_t>(link_.min_delay.count());
    const auto longest = static_cast<std::uint32_t>(link_.max_delay.count());
    auto arrival = now + std::chrono::microseconds(random(shortest, longest));
    if (!link_.reorders) arrival = std::max(arrival, receiver.latest_delivery);
    receiver.latest_delivery = arrival;
    under_way_.emplace(arrival, Delivery{to, std::get<ControlPacket>(decode(encode(packet)))});
}

bool BfdPair::loses(End& receiver) {
    const bool may = link_.most_in_a_row == 0 || receiver.lost_in_a_row < link_.most_in_a_row;
    const bool lost = may && std::bernoulli_distribution(link_.loss)(random_);
    receiver.lost_in_a_row = lost ? receiver.lost_in_a_row + 1 : 0;
    return lost;
}

}  // namespace dx::sim
