#include "daemon/next_hops.hpp"

#include <algorithm>

namespace dx::daemon {

fib::NextHopKey NextHops::translate(const bgp::NextHopKey& key) const {
    fib::NextHopKey result{key.address, fib::kNoInterface};
    if (key.scope == bgp::kLocalRoutes) return result;
    if (const auto* neighbor = neighbors_.find(key.scope)) result.interface = neighbor->interface;
    return result;
}

void NextHops::ask(const fib::NextHopKey& key) {
    // Without its link a link-local address means nothing: asked when the link is known.
    if (key.address.is_scoped() && key.interface == fib::kNoInterface) return;
    if (asked_[key]++ == 0) fib_.track_next_hop(key);
}

void NextHops::forget(const fib::NextHopKey& key) {
    const auto found = asked_.find(key);
    if (found == asked_.end() || --found->second > 0) return;
    asked_.erase(found);
    fib_.untrack_next_hop(key);
}

bgp::NextHopState NextHops::want(const bgp::NextHopKey& key) {
    const auto [entry, added] = wanted_.try_emplace(key);
    if (added) {
        entry->second.asked = translate(key);
        ask(entry->second.asked);
    }
    ++entry->second.users;
    return entry->second.state;
}

void NextHops::unwant(const bgp::NextHopKey& key) {
    const auto found = wanted_.find(key);
    if (found == wanted_.end() || --found->second.users > 0) return;
    forget(found->second.asked);
    wanted_.erase(found);
}

std::vector<bgp::NextHopKey> NextHops::learn(const fib::NextHopState& state) {
    const bgp::NextHopState now{state.reachable, state.cost};
    std::vector<bgp::NextHopKey> changed;
    for (auto& [key, tracked] : wanted_) {
        if (tracked.asked != state.key) continue;
        tracked.answered = true;
        tracked.problem = state.problem;
        if (tracked.state == now) continue;
        tracked.state = now;
        changed.push_back(key);
    }
    return changed;
}

void NextHops::neighbor_moved(bgp::NeighborId id) {
    for (auto& [key, tracked] : wanted_) {
        if (key.scope != id) continue;
        const auto asked = translate(key);
        if (asked == tracked.asked) continue;
        ask(asked);
        forget(tracked.asked);
        tracked.asked = asked;
    }
}

bgp::NextHopState NextHops::state(const bgp::NextHopKey& key) const {
    const auto found = wanted_.find(key);
    return found == wanted_.end() ? bgp::NextHopState{} : found->second.state;
}

std::string_view NextHops::problem(const bgp::NextHopKey& key) const {
    const auto found = wanted_.find(key);
    if (found == wanted_.end() || !found->second.answered) return "next hop not looked up yet";
    return to_string(found->second.problem);
}

bool NextHops::awaits_answers() const {
    return std::ranges::any_of(wanted_, [](const auto& entry) { return !entry.second.answered; });
}

void NextHops::clear() {
    for (const auto& [key, count] : asked_)
        fib_.untrack_next_hop(key);
    asked_.clear();
    wanted_.clear();
}

}  // namespace dx::daemon
