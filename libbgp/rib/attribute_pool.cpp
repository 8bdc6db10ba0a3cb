#include "libbgp/rib/attribute_pool.hpp"

#include <algorithm>

namespace dx::bgp {

namespace {

// With what the allocator adds.
std::size_t allocated(std::size_t bytes) {
    return (bytes + sizeof(std::size_t) + 15) / 16 * 16;
}

// Seeded: a peer chooses the words.
std::uint64_t hash_words(std::span<const std::uint32_t> words, std::uint64_t seed) {
    auto hash = seed ^ words.size();
    for (; words.size() >= 2; words = words.subspan(2)) {
        hash = (hash ^ (std::uint64_t{words[0]} << 32 | words[1])) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 32;
    }
    return net::mix_hash(hash ^ (words.empty() ? 0 : words[0]), seed);
}

}  // namespace

NeighborId scope_of(const NextHop& next_hop, NeighborId neighbor) {
    const auto& address = next_hop.address;
    const bool scoped = next_hop.link_local || address.is_scoped();
    return scoped ? neighbor : kLocalRoutes;
}

NextHopKey next_hop_key(const NextHop& next_hop, NeighborId scope) {
    return {next_hop.link_local.value_or(next_hop.address), scope};
}

AttributePool::SetPtr AttributePool::make_set(std::span<const std::uint32_t> words,
                                              NeighborId scope) {
    void* const memory = ::operator new(sizeof(Set) + words.size_bytes());
    auto* const set = new (memory) Set;
    set->scope = scope;
    set->size = static_cast<std::uint16_t>(words.size());
    std::ranges::copy(words, reinterpret_cast<std::uint32_t*>(set + 1));
    return SetPtr(set);
}

std::uint64_t AttributePool::hash(std::span<const std::uint32_t> words, NeighborId scope) const {
    return hash_words(words, seed_ + index_of(scope));
}

AttributeRef AttributePool::intern(const PathAttributes& attributes, NeighborId scope) {
    pack(attributes, packed_);
    const auto hash = this->hash(packed_, scope);
    auto id = index_.find(hash, [&](std::uint32_t at) {
        const auto& set = *places_[at].set;
        return set.scope == scope && std::ranges::equal(set.words(), packed_);
    });
    if (!id) {
        id = places_.allocate();
        places_[id] = {make_set(packed_, scope), 0, net::HashIndex::middle(hash)};
        set_bytes_ += allocated(places_[id].set->bytes());
        index_.insert(hash, id, Members{*this});
    }
    return {*this, AttributeId{id}};
}

void AttributePool::track_next_hop(AttributeId id) {
    auto& set = *places_[index(id)].set;
    if (set.next_hop == kNoNextHop)
        set.next_hop = next_hops_.acquire(next_hop_key((*this)[id].next_hop(), set.scope));
}

void AttributePool::remove(std::uint32_t id) {
    auto& set = places_[id].set;
    index_.erase(hash(set->words(), set->scope), id);
    next_hops_.release(set->next_hop);
    set_bytes_ -= allocated(set->bytes());
    set.reset();
    places_.free(id);
}

std::size_t AttributePool::memory_bytes() const {
    return places_.memory_bytes() + index_.memory_bytes() + set_bytes_;
}

}  // namespace dx::bgp
