// From a 64-bit hash to a 32-bit number of something kept elsewhere: open addressing, four bytes a
// slot. Split into segments that grow one by one, so that no insertion ever pays for the whole. An
// erasure leaves a mark in its slot, so that it looks at nothing but the slots.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include "libfib/net/prefetch.hpp"

namespace dx::net {

// The hash's bits: 56..63 choose the segment, 24..55 the slot, 0..5 are kept in the slot so that
// hardly any other's value is looked at.
//
// Slots are probed around one cache line before the next line is begun: with four fifths of them
// taken a run of slots would cross into another line more often than not, and each line of a large
// table is a wait for memory.
class HashIndex {
public:
    static constexpr std::uint32_t kMaxId = (1U << 26) - 1;

    void prefetch(std::uint64_t hash) const {
        const auto& segment = segments_[hash >> 56];
        if (segment.lines) net::prefetch(&segment.lines[segment.home(middle(hash)) / kLine]);
    }

    // The number for which `is_it(number)` holds; 0: none.
    template <class IsIt>
    std::uint32_t find(std::uint64_t hash, IsIt is_it) const {
        const auto& segment = segments_[hash >> 56];
        if (!segment.lines) return 0;
        for (Probe probe(segment, middle(hash)); *probe; probe.next()) {
            const auto id = *probe & kMaxId;
            if (*probe >> 26 == tag(hash) && id && is_it(id)) return id;
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
        if (id > kMaxId) throw std::length_error("a table has more than 67 million entries");
        auto& segment = segments_[hash >> 56];
        if ((segment.taken + 1) * 5 > segment.capacity() * 4) make_room(segment, members);
        segment.taken += put(segment, middle(hash), tag(hash) << 26 | id);
        ++segment.used;
    }

    void erase(std::uint64_t hash, std::uint32_t id) {
        auto& segment = segments_[hash >> 56];
        Probe probe(segment, middle(hash));
        while ((*probe & kMaxId) != id)
            probe.next();
        --segment.used;
        *probe = kErased;
        if (*probe.beside(1)) return;
        // Nobody's probe goes beyond: here, and before, an end of probes will do as well.
        for (; *probe == kErased; probe = probe.beside(-1)) {
            *probe = 0;
            --segment.taken;
        }
    }

    std::size_t memory_bytes() const {
        std::size_t bytes = sizeof *this;
        for (const auto& segment : segments_)
            bytes += segment.count * sizeof(Line);
        return bytes;
    }

private:
    static constexpr std::uint32_t kLine = 16;          // slots
    static constexpr std::uint32_t kErased = 1U << 26;  // a tag without a number

    struct alignas(64) Line {
        // Tag in the upper 6 bits, number below; 0: empty.
        std::array<std::uint32_t, kLine> slots{};
    };

    struct Segment {
        std::unique_ptr<Line[]> lines;
        std::uint32_t count = 0;  // of lines
        std::uint32_t used = 0;
        std::uint32_t taken = 0;  // used or erased

        std::uint32_t capacity() const { return count * kLine; }

        std::uint32_t home(std::uint32_t middle) const {
            return static_cast<std::uint32_t>((std::uint64_t{middle} * capacity()) >> 32);
        }
    };

    // The slots where a member may be, in order: around the line of its home, then around the next.
    class Probe {
    public:
        Probe(const Segment& segment, std::uint32_t middle)
            : segment_(&segment),
              line_(segment.home(middle) / kLine),
              at_(segment.home(middle) % kLine) {}

        std::uint32_t& operator*() const { return segment_->lines[line_].slots[at_]; }

        void next() {
            at_ = (at_ + 1) % kLine;
            if (--left_) return;
            left_ = kLine;
            if (++line_ == segment_->count) line_ = 0;
        }

        // The neighboring slot around the line: where those that come by here look next, or looked
        // before. Only those that begin there do not; an empty slot is their end as well.
        Probe beside(int by) const {
            auto other = *this;
            other.at_ = (at_ + static_cast<std::uint32_t>(by)) % kLine;
            return other;
        }

    private:
        const Segment* segment_;
        std::uint32_t line_;
        std::uint32_t at_;
        std::uint32_t left_ = kLine;
    };

    static std::uint32_t tag(std::uint64_t hash) { return hash & 63; }

    // True: into an empty slot.
    static bool put(Segment& segment, std::uint32_t middle, std::uint32_t slot) {
        Probe probe(segment, middle);
        while (*probe & kMaxId)
            probe.next();
        const bool was_empty = *probe == 0;
        *probe = slot;
        return was_empty;
    }

    // Grows, unless much of what is taken was erased. To three and a quarter of what is used: to
    // move a member is a wait for memory, and from four fifths to a half full each would be moved
    // twice on the way. So it is less than once, and with a whole Internet table of 0.9 to 1.3
    // million prefixes the last growth is well behind: 5 to 7 bytes a member.
    template <class Members>
    static void make_room(Segment& segment, const Members& members) {
        Segment roomy;
        roomy.count = std::max(segment.count, (13 * segment.used / 4 + kLine) / kLine);
        roomy.lines = std::make_unique<Line[]>(roomy.count);
        const auto for_each = [&](const Line& line, auto visit) {
            for (const auto slot : line.slots)
                if (slot & kMaxId) visit(slot);
        };
        constexpr std::uint32_t kAhead = 2;
        for (std::uint32_t at = 0; at < segment.count; ++at) {
            if (at + kAhead < segment.count)
                for_each(segment.lines[at + kAhead],
                         [&](auto slot) { members.prefetch(slot & kMaxId); });
            for_each(segment.lines[at],
                     [&](auto slot) { put(roomy, members.middle(slot & kMaxId), slot); });
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

}  // namespace dx::net
