#include "tests/sim/sim_pipes.hpp"

#include <algorithm>

#include "tests/sim/sim_network.hpp"

namespace dx::sim {

void Clock::at(Time when, std::function<void()> what) {
    waiting_.emplace(when, std::move(what));
}

void Clock::run_for(Time time) {
    const auto until = now_ + time;
    while (!waiting_.empty() && waiting_.begin()->first <= until) {
        auto next = waiting_.extract(waiting_.begin());
        now_ = next.key();
        next.mapped()();
    }
    now_ = until;
}

void Link::heal() {
    cut_ = false;
    for (const auto& what : std::exchange(held_, {}))
        what();
}

// A pipe keeps its order; two pipes on one link overtake each other.
void Link::carry(Time& last_arrival, std::function<void()> what) {
    const Time delay{clock_.random(1, static_cast<std::uint32_t>(max_delay_.count()))};
    last_arrival = std::max(last_arrival, clock_.now() + delay);
    clock_.at(last_arrival, [this, what = std::move(what)] {
        if (cut_)
            held_.push_back(what);
        else
            what();
    });
}

void Pipe::dial(std::size_t side) {
    const auto other = 1 - side;
    carry(side, [self = shared_from_this(), side, other] {
        const auto host = self->link_.hosts[other].lock();
        if (self->ends[side].owner.expired() || !host) return;
        self->carry(other, [self, side, other] {
            if (const auto dialler = self->ends[side].owner.lock())
                dialler->connected(self);
            else
                self->carry(side, [self, other] { self->end_by_peer(other); });
        });
        host->accept(self);
    });
}

void Pipe::send(std::size_t side, const bgp::Buffer& bytes) {
    const auto other = 1 - side;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto rest = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t count = link_.fragment();
        const bgp::Buffer part(
            rest, rest + static_cast<std::ptrdiff_t>(std::min(count, bytes.size() - at)));
        carry(side, [self = shared_from_this(), other, part] { self->arrive(other, part); });
        at += part.size();
    }
}

// A closed end answers with a RST, a machine that is off with nothing.
void Pipe::arrive(std::size_t side, bgp::Bytes bytes) {
    const auto other = 1 - side;
    if (const auto owner = ends[side].owner.lock())
        owner->receive(ends[side].id, bytes);
    else if (!link_.hosts[side].expired())
        carry(side, [self = shared_from_this(), other] { self->end_by_peer(other); });
}

void Pipe::close(std::size_t side) {
    ends[side].owner.reset();
    carry(side, [self = shared_from_this(), other = 1 - side] { self->end_by_peer(other); });
}

void Pipe::end_by_peer(std::size_t side) {
    const auto owner = ends[side].owner.lock();
    ends[side].owner.reset();
    if (owner) owner->handle(bgp::event::Closed{ends[side].id, "the peer closed the connection"});
}

}  // namespace dx::sim
