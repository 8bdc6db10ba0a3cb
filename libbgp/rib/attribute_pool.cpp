#include "libbgp/rib/attribute_pool.hpp"

namespace dx::bgp {

namespace {

// Heap bytes of the arrays, with the allocator's rounding.
std::size_t array_bytes(const PathAttributes& attributes) {
    const auto block = [](std::size_t bytes) { return bytes ? (bytes + 8 + 8 + 15) / 16 * 16 : 0; };
    return block(attributes.as_path.words().size_bytes()) +
           block(attributes.communities.view().size_bytes()) +
           block(attributes.extended_communities.view().size_bytes()) +
           block(attributes.large_communities.view().size_bytes()) +
           block(attributes.cluster_list.view().size_bytes()) +
           block(attributes.unknown.view().size_bytes());
}

}  // namespace

NeighborId scope_of(const NextHop& next_hop, NeighborId neighbor) {
    const auto& address = next_hop.address;
    const bool scoped = next_hop.link_local || (address.is_v6() && address.is_link_local());
    return scoped ? neighbor : kLocalRoutes;
}

NextHopKey next_hop_key(const NextHop& next_hop, NeighborId scope) {
    return {next_hop.link_local.value_or(next_hop.address), scope};
}

AttributeRef AttributePool::intern(PathAttributes attributes, NeighborId scope) {
    const auto hash = mix_hash(hash_value(attributes), index_of(scope));
    auto id = index_.find(hash, [&](std::uint32_t at) {
        const auto& slot = slots_[at];
        return slot.hash == hash && slot.scope == scope && slot.attributes == attributes;
    });
    if (!id) {
        id = slots_.allocate();
        array_bytes_ += array_bytes(attributes);
        slots_[id] = {std::move(attributes), hash, 0, kNoNextHop, scope};
        index_.insert(hash, id, hash_of());
    }
    return {*this, AttributeId{id}};
}

void AttributePool::track_next_hop(AttributeId id) {
    auto& slot = slots_[index(id)];
    if (slot.next_hop == kNoNextHop)
        slot.next_hop = next_hops_.acquire(next_hop_key(slot.attributes.next_hop, slot.scope));
}

void AttributePool::remove(std::uint32_t id) {
    auto& slot = slots_[id];
    index_.erase(slot.hash, id, hash_of());
    next_hops_.release(slot.next_hop);
    array_bytes_ -= array_bytes(slot.attributes);
    slot = {};
    slots_.free(id);
}

std::size_t AttributePool::memory_bytes() const {
    return slots_.memory_bytes() + index_.memory_bytes() + array_bytes_;
}

}  // namespace dx::bgp
