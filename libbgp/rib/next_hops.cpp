#include "libbgp/rib/next_hops.hpp"

namespace dx::bgp {

NextHopId NextHops::acquire(const NextHopKey& key) {
    const auto [known, added] = by_key_.try_emplace(key, kNoNextHop);
    if (added) {
        const auto id = slots_.allocate();
        slots_[id] = {key, events_.next_hop_wanted(key), 0};
        known->second = NextHopId{id};
    }
    ++slots_[index(known->second)].users;
    return known->second;
}

void NextHops::release(NextHopId id) {
    if (id == kNoNextHop) return;
    auto& slot = slots_[index(id)];
    if (--slot.users) return;
    by_key_.erase(slot.key);
    events_.next_hop_unwanted(slot.key);
    slots_.free(index(id));
}

std::optional<NextHopState> NextHops::find(const NextHopKey& key) const {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return std::nullopt;
    return state(known->second);
}

NextHopId NextHops::change(const NextHopKey& key, const NextHopState& state) {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return kNoNextHop;
    auto& current = slots_[index(known->second)].state;
    if (current == state || (!current.reachable && !state.reachable)) return kNoNextHop;
    current = state;
    return known->second;
}

}  // namespace dx::bgp
