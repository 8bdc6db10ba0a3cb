#include "daemon/revival.hpp"

#include <algorithm>
#include <utility>

namespace dx::daemon {

void Revival::begin(bgp::NeighborId id, Clock::duration delay) {
    cancel(id);
    const auto& waiting = waiting_.emplace(id, std::make_shared<Waiting>(io_)).first->second;
    waiting->not_before += delay;
    wait(id, waiting);
}

void Revival::heard(bgp::NeighborId id) {
    const auto found = waiting_.find(id);
    if (found != waiting_.end()) found->second->last_heard = Clock::now();
}

void Revival::complete(bgp::NeighborId id) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const auto waiting = found->second;
    if (waiting->not_before <= Clock::now()) return hurry(id);
    if (!std::exchange(waiting->has_told_all, true)) wait(id, waiting);
}

void Revival::hurry(bgp::NeighborId id) {
    if (waiting_.erase(id) > 0) revive_(id);
}

void Revival::cancel(bgp::NeighborId id) {
    waiting_.erase(id);
}

Revival::Clock::time_point Revival::end_of(const Waiting& waiting) const {
    if (waiting.has_told_all) return waiting.not_before;
    const auto told = std::min(waiting.last_heard + bounds_.quiet, waiting.began + bounds_.at_most);
    return std::max(told, waiting.not_before);
}

// The timer is not moved at each UPDATE: when it ends it looks whether there was one.
void Revival::wait(bgp::NeighborId id, const std::shared_ptr<Waiting>& waiting) {
    const auto until = end_of(*waiting);
    waiting->timer.expires_at(until);
    waiting->timer.async_wait([this, id, until, held = std::weak_ptr(waiting)](auto error) {
        const auto still = held.lock();
        if (error || !still) return;
        if (end_of(*still) > until)
            wait(id, still);
        else
            hurry(id);
    });
}

}  // namespace dx::daemon
