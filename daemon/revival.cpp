#include "daemon/revival.hpp"

#include <algorithm>

namespace dx::daemon {

void Revival::begin(bgp::NeighborId id) {
    cancel(id);
    wait(id, waiting_.emplace(id, std::make_shared<Waiting>(io_)).first->second);
}

void Revival::heard(bgp::NeighborId id) {
    const auto found = waiting_.find(id);
    if (found != waiting_.end()) found->second->last_heard = std::chrono::steady_clock::now();
}

void Revival::complete(bgp::NeighborId id) {
    if (waiting_.erase(id) > 0) revive_(id);
}

void Revival::cancel(bgp::NeighborId id) {
    waiting_.erase(id);
}

// The timer is not moved at each UPDATE: when it ends it looks whether there was one.
void Revival::wait(bgp::NeighborId id, const std::shared_ptr<Waiting>& waiting) {
    const auto until =
        std::min(waiting->last_heard + bounds_.quiet, waiting->began + bounds_.at_most);
    waiting->timer.expires_at(until);
    waiting->timer.async_wait([this, id, until, held = std::weak_ptr(waiting)](auto error) {
        const auto still = held.lock();
        if (error || !still) return;
        const bool may_wait = until < still->began + bounds_.at_most;
        if (may_wait && still->last_heard + bounds_.quiet > until)
            wait(id, still);
        else
            complete(id);
    });
}

}  // namespace dx::daemon
