// Path attributes, each distinct set once: a million routes have some hundred thousand of them,
// and comparing two routes' attributes is comparing two numbers. Immutable; counted, not
// atomically, because one thread owns them.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/rib/next_hops.hpp"
#include "libbgp/rib/packed_attributes.hpp"
#include "libbgp/rib/slab.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libfib/net/hash_index.hpp"
#include "libfib/net/prefetch.hpp"

namespace dx::bgp {

enum class AttributeId : std::uint32_t {};
inline constexpr AttributeId kNoAttributes{0};

class AttributeRef;

class AttributePool {
public:
    AttributePool(NextHops& next_hops, std::uint64_t seed) : next_hops_(next_hops), seed_(seed) {}

    // Sets with a link-local next hop are kept apart by neighbor (`scope`), since the same address
    // is another host on another interface.
    AttributeRef intern(const PathAttributes& attributes, NeighborId scope = kLocalRoutes);

    // Valid while the set has a user.
    PackedAttributes operator[](AttributeId id) const {
        return PackedAttributes(places_[index(id)].set->words().data());
    }

    void hold(AttributeId id) {
        if (id != kNoAttributes) ++places_[index(id)].users;
    }

    void drop(AttributeId id) {
        if (id != kNoAttributes && --places_[index(id)].users == 0) remove(index(id));
    }

    // The next hop of a set that a received path uses; resolved at its first use.
    NextHopId next_hop(AttributeId id) const { return places_[index(id)].set->next_hop; }

    void track_next_hop(AttributeId id);

    std::size_t size() const { return places_.used(); }

    std::size_t memory_bytes() const;

private:
    struct Set {  // its words stand behind it
        NextHopId next_hop = kNoNextHop;
        NeighborId scope = kLocalRoutes;
        std::uint16_t size = 0;  // in words: a message holds 64 KiB, which AS numbers may double

        std::span<const std::uint32_t> words() const {
            return {reinterpret_cast<const std::uint32_t*>(this + 1), size};
        }

        std::size_t bytes() const { return sizeof(Set) + words().size_bytes(); }
    };

    struct FreeSet {
        void operator()(Set* set) const { ::operator delete(set); }
    };

    using SetPtr = std::unique_ptr<Set, FreeSet>;

    // What is asked for most is not with the set, which is far away in memory.
    struct Place {
        SetPtr set;
        std::uint32_t users = 0;
        std::uint32_t hash_middle = 0;
    };

    static std::uint32_t index(AttributeId id) { return static_cast<std::uint32_t>(id); }

    static SetPtr make_set(std::span<const std::uint32_t> words, NeighborId scope);

    std::uint64_t hash(std::span<const std::uint32_t> words, NeighborId scope) const;

    struct Members {  // of the index
        const AttributePool& pool;

        std::uint32_t middle(std::uint32_t id) const { return pool.places_[id].hash_middle; }

        void prefetch(std::uint32_t id) const { net::prefetch(&pool.places_[id]); }
    };

    void remove(std::uint32_t id);

    NextHops& next_hops_;
    std::uint64_t seed_;
    Slab<Place> places_;
    net::HashIndex index_;
    std::size_t set_bytes_ = 0;
    std::vector<std::uint32_t> packed_;  // reused from one call to the next
};

// One user of a set, for as long as it lives.
class AttributeRef {
public:
    AttributeRef() = default;

    AttributeRef(AttributePool& pool, AttributeId id) : pool_(&pool), id_(id) { pool.hold(id); }

    AttributeRef(const AttributeRef& other) : pool_(other.pool_), id_(other.id_) {
        if (pool_) pool_->hold(id_);
    }

    AttributeRef(AttributeRef&& other) noexcept
        : pool_(other.pool_), id_(std::exchange(other.id_, kNoAttributes)) {}

    AttributeRef& operator=(AttributeRef other) noexcept {
        std::swap(pool_, other.pool_);
        std::swap(id_, other.id_);
        return *this;
    }

    ~AttributeRef() {
        if (pool_) pool_->drop(id_);
    }

    AttributeId id() const { return id_; }

    explicit operator bool() const { return id_ != kNoAttributes; }

    PackedAttributes operator*() const { return (*pool_)[id_]; }

private:
    AttributePool* pool_ = nullptr;
    AttributeId id_ = kNoAttributes;
};

// The scope of what a neighbor sends: the neighbor where a next hop is IPv6 link-local.
NeighborId scope_of(const NextHop& next_hop, NeighborId neighbor);

// Where packets go: the link-local half where there is one.
NextHopKey next_hop_key(const NextHop& next_hop, NeighborId scope);

}  // namespace dx::bgp
