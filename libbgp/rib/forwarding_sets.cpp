#include "libbgp/rib/forwarding_sets.hpp"

namespace dx::bgp {

ForwardingSet ForwardingSets::resolve(const Key& key) const {
    ForwardingSet set;
    set.external = key.external;
    for (const auto& hop : key.best)
        set.best.push_back({next_hops_.key(hop.next_hop), hop.neighbor, hop.weight, hop.aws_link});
    for (const auto& hop : key.backup)
        set.backup.push_back({next_hops_.key(hop.next_hop), hop.neighbor, 0, hop.aws_link});
    return set;
}

ForwardingSetId ForwardingSets::acquire(const Key& key) {
    if (key.best.empty()) return kNoForwarding;
    if (last_ == kNoForwarding || key != last_key_) {
        const auto [known, added] = by_key_.try_emplace(key, kNoForwarding);
        if (added) {
            const auto id = slots_.allocate();
            slots_[id] = {resolve(key), known, 0};
            known->second = ForwardingSetId{id};
            // A set outlives the paths that made it, until its last prefix is decided again.
            for (const auto* hops : {&key.best, &key.backup})
                for (const auto& hop : *hops)
                    next_hops_.hold(hop.next_hop);
        }
        last_key_ = key;
        last_ = known->second;
    }
    ++slots_[static_cast<std::uint32_t>(last_)].users;
    return last_;
}

void ForwardingSets::release(ForwardingSetId id) {
    if (id == kNoForwarding) return;
    auto& slot = slots_[static_cast<std::uint32_t>(id)];
    if (--slot.users) return;
    if (id == last_) last_ = kNoForwarding;
    const Key key = slot.place->first;
    by_key_.erase(slot.place);
    slots_.free(static_cast<std::uint32_t>(id));
    events_.forwarding_set_retired(id);
    for (const auto* hops : {&key.best, &key.backup})
        for (const auto& hop : *hops)
            next_hops_.release(hop.next_hop);
}

}  // namespace dx::bgp
