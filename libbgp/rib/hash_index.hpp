// From a 64-bit hash to a 32-bit number of something kept elsewhere: open addressing, four bytes a
// slot. Split into segments that grow one by one, so that no insertion ever pays for the whole. An
// erasure leaves a mark in its slot, so that it looks at nothing but the slots.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace dx::bgp {

// The hash's bits: 56..63 choose the segment, 24..55 the slot, 0..5 are kept in the slot so that
// hardly any other's value is looked at.
class HashIndex {
public:
    static constexpr std::uint32_t kMaxId = (1U << 26) - 1;

    void prefetch(std::uint64_t hash) const {
        const auto& segment = segments_[hash >> 56];
        if (segment.capacity) __builtin_prefetch(&segment.slots[segment.home(hash)]);
    }

    // The number for which `is_it(number)` holds; 0: none.
    template <class IsIt>
    std::uint32_t find(std::uint64_t hash, IsIt is_it) const {
        const auto& segment = segments_[hash >> 56];
        if (!segment.capacity) return 0;
        for (auto at = segment.home(hash); segment.slots[at]; at = segment.next(at)) {
            const auto id = segment.slots[at] & kMaxId;
            if (segment.slots[at] >> 26 == tag(hash) && id && is_it(id)) return id;
        }
        return 0;
    }

    // What `find` would look at first: to have it fetched in time.
    std::uint32_t guess(std::uint64_t hash) const {
        return find(hash, [](std::uint32_t) { return true; });
    }

    // The part of a hash that a member has to be able to give again.
    static std::uint32_t middle(std::uint64_t hash) {
        return static_cast<std::uint32_t>(hash >> 24);
    }

    // `id` is not in it yet; `members.middle(id)` is any member's middle(hash), and
    // `members.prefetch(id)` comes some time before.
    template <class Members>
    void insert(std::uint64_t hash, std::uint32_t id, const Members& members) {
        if (id > kMaxId)
            throw std::length_error("a routing table has more than 67 million entries");
        auto& segment = segments_[hash >> 56];
        if ((segment.taken + 1) * 5 > segment.capacity * 4) make_room(segment, members);
        segment.taken += put(segment, middle(hash), tag(hash) << 26 | id);
        ++segment.used;
    }

    void erase(std::uint64_t hash, std::uint32_t id) {
        auto& segment = segments_[hash >> 56];
        auto at = segment.home(hash);
        while ((segment.slots[at] & kMaxId) != id)
            at = segment.next(at);
        --segment.used;
        segment.slots[at] = kErased;
        if (segment.slots[segment.next(at)]) return;
        // Nobody's probe goes beyond: here, and before, an end of probes will do as well.
        for (; segment.slots[at] == kErased; at = segment.before(at)) {
            segment.slots[at] = 0;
            --segment.taken;
        }
    }

    std::size_t memory_bytes() const {
        std::size_t bytes = sizeof *this;
        for (const auto& segment : segments_)
            bytes += segment.capacity * sizeof(std::uint32_t);
        return bytes;
    }

private:
    struct Segment {
        std::unique_ptr<std::uint32_t[]> slots;  // tag in the upper 6 bits, number below; 0: empty
        std::uint32_t capacity = 0;
        std::uint32_t used = 0;
        std::uint32_t taken = 0;  // used or erased

        std::uint32_t home(std::uint64_t hash) const { return home(middle(hash)); }

        std::uint32_t home(std::uint32_t middle) const {
            return static_cast<std::uint32_t>((std::uint64_t{middle} * capacity) >> 32);
        }

        std::uint32_t next(std::uint32_t at) const { return at + 1 == capacity ? 0 : at + 1; }

        std::uint32_t before(std::uint32_t at) const { return (at ? at : capacity) - 1; }
    };

    static constexpr std::uint32_t kErased = 1U << 26;  // a tag without a number

    static std::uint32_t tag(std::uint64_t hash) { return hash & 63; }

    // True: into an empty slot.
    static bool put(Segment& segment, std::uint32_t middle, std::uint32_t slot) {
        auto at = segment.home(middle);
        while (segment.slots[at] & kMaxId)
            at = segment.next(at);
        const bool was_empty = segment.slots[at] == 0;
        segment.slots[at] = slot;
        return was_empty;
    }

    // Grows, unless much of what is taken was erased.
    template <class Members>
    static void make_room(Segment& segment, const Members& members) {
        constexpr std::uint32_t kAhead = 32;
        const auto enough = 2 * segment.used + 8;
        Segment roomy;
        roomy.capacity = std::max(segment.capacity, enough);
        roomy.slots = std::make_unique<std::uint32_t[]>(roomy.capacity);
        for (std::uint32_t at = 0; at < segment.capacity; ++at) {
            if (at + kAhead < segment.capacity)
                if (const auto ahead = segment.slots[at + kAhead] & kMaxId) members.prefetch(ahead);
            const auto slot = segment.slots[at];
            if (slot & kMaxId) put(roomy, members.middle(slot & kMaxId), slot);
        }
        roomy.used = roomy.taken = segment.used;
        segment = std::move(roomy);
    }

    std::array<Segment, 256> segments_;
};

// Mixes 64 bits so that every input bit reaches every output bit.
inline std::uint64_t mix_hash(std::uint64_t value, std::uint64_t seed) {
    value = (value ^ seed) * 0xd6e8feb86659fd93ULL;
    value = (value ^ value >> 32 ^ seed >> 17) * 0xa0761d6478bd642fULL;
    return value ^ value >> 31;
}

}  // namespace dx::bgp
