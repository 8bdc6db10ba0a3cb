#include "daemon/reachability.hpp"

#include <algorithm>
#include <utility>

namespace dx::daemon {

using netlink::NeighborEntry;

Reachability::Ask Reachability::look(NeighborEntry seen) {
    if (looks_ < kHurriedLooks) ++looks_;
    if (seen == NeighborEntry::Confirmed || seen == NeighborEntry::NotAskedFor) {
        missed_ = 0;
        ++answered_;
        if (!failed_ || answered_ >= settings_.misses) answers_ = true;
    } else {
        answered_ = 0;
        // In the hurry of the beginning there was no time for an answer.
        if (asked_ && (answers_ || failed_ || looks_ >= kHurriedLooks)) ++missed_;
        if (missed_ >= settings_.misses) {
            answers_ = false;
            failed_ = true;
        }
    }
    asked_ = true;
    if (seen == NeighborEntry::NotAskedFor) return Ask::Nobody;
    const bool last = missed_ > 0 && missed_ + 1U >= settings_.misses;
    return last ? Ask::Everybody : Ask::Host;
}

config::milliseconds Reachability::interval() const {
    const bool hurry = !judged() && looks_ < kHurriedLooks;
    return hurry ? std::min(settings_.interval, kHurry) : settings_.interval;
}

}  // namespace dx::daemon
