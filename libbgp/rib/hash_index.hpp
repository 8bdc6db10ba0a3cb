// From a 64-bit hash to a 32-bit number of something kept elsewhere: open addressing, four bytes a
// slot. Split into segments that grow one by one, so that no insertion ever pays for the whole.
#pragma once

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
        for (auto at = segment.home(hash); segment.slots[at]; at = segment.next(at))
            if (segment.slots[at] >> 26 == tag(hash) && is_it(segment.slots[at] & kMaxId))
                return segment.slots[at] & kMaxId;
        return 0;
    }

    // `id` is not in it yet; `hash_of(id)` gives any member's hash again.
    template <class HashOf>
    void insert(std::uint64_t hash, std::uint32_t id, HashOf hash_of) {
        if (id > kMaxId)
            throw std::length_error("a routing table has more than 67 million entries");
        auto& segment = segments_[hash >> 56];
        if ((segment.used + 1) * 5 > segment.capacity * 4) grow(segment, hash_of);
        put(segment, hash, id);
        ++segment.used;
    }

    template <class HashOf>
    void erase(std::uint64_t hash, std::uint32_t id, HashOf hash_of) {
        auto& segment = segments_[hash >> 56];
        auto hole = segment.home(hash);
        while ((segment.slots[hole] & kMaxId) != id)
            hole = segment.next(hole);
        --segment.used;
        // Close the gap, so that no probe ends early: whatever may move back does.
        for (auto at = segment.next(hole); segment.slots[at]; at = segment.next(at)) {
            const auto home = segment.home(hash_of(segment.slots[at] & kMaxId));
            const bool stays = hole < at ? hole < home && home <= at : hole < home || home <= at;
            if (stays) continue;
            segment.slots[hole] = segment.slots[at];
            hole = at;
        }
        segment.slots[hole] = 0;
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

        std::uint32_t home(std::uint64_t hash) const {
            return static_cast<std::uint32_t>((((hash >> 24) & 0xffffffff) * capacity) >> 32);
        }

        std::uint32_t next(std::uint32_t at) const { return at + 1 == capacity ? 0 : at + 1; }
    };

    static std::uint32_t tag(std::uint64_t hash) { return hash & 63; }

    static void put(Segment& segment, std::uint64_t hash, std::uint32_t id) {
        auto at = segment.home(hash);
        while (segment.slots[at])
            at = segment.next(at);
        segment.slots[at] = tag(hash) << 26 | id;
    }

    template <class HashOf>
    static void grow(Segment& segment, HashOf hash_of) {
        Segment bigger;
        bigger.capacity = segment.capacity + segment.capacity / 2 + 8;
        bigger.slots = std::make_unique<std::uint32_t[]>(bigger.capacity);
        for (std::uint32_t at = 0; at < segment.capacity; ++at) {
            const auto id = segment.slots[at] & kMaxId;
            if (id) put(bigger, hash_of(id), id);
        }
        bigger.used = segment.used;
        segment = std::move(bigger);
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
