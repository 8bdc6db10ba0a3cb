// The parts of PrefixMap for one family: compact keys, the slab that holds them beside the values,
// and the index of ids. Templates over the key so that IPv4 and IPv6 are one code.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libfib/net/hash_index.hpp"
#include "libfib/net/prefetch.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::net {

// The prefixes of one family in as few bytes as they need; ordered as Prefix is.
struct KeyV4 {
    using Address = std::uint32_t;  // host order
    static constexpr unsigned kBits = 32;

    Address address = 0;
    std::uint8_t length = 0;

    static KeyV4 of(const Prefix& prefix) { return {prefix.address().to_v4(), prefix.length()}; }

    Prefix prefix() const { return Prefix::of_network(IpAddress::v4(address), length); }

    KeyV4 shortened(unsigned to) const {
        return {to == 0 ? 0 : address & (0xffffffffU << (32 - to)), static_cast<std::uint8_t>(to)};
    }

    std::uint64_t hash() const { return mix_hash(std::uint64_t{address} << 8 | length, 0); }

    friend auto operator<=>(const KeyV4&, const KeyV4&) = default;
};

struct KeyV6 {
    struct Address {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        friend auto operator<=>(const Address&, const Address&) = default;
    };

    static constexpr unsigned kBits = 128;

    Address address;
    std::uint8_t length = 0;

    static KeyV6 of(const Prefix& prefix) {
        const auto bytes = prefix.address().bytes();
        Address address;
        for (std::size_t i = 0; i < 8; ++i) {
            address.high = address.high << 8 | bytes[i];
            address.low = address.low << 8 | bytes[8 + i];
        }
        return {address, prefix.length()};
    }

    Prefix prefix() const {
        IpAddress::V6Bytes bytes{};
        for (std::size_t i = 0; i < 8; ++i) {
            bytes[i] = static_cast<std::uint8_t>(address.high >> (56 - 8 * i));
            bytes[8 + i] = static_cast<std::uint8_t>(address.low >> (56 - 8 * i));
        }
        return Prefix::of_network(IpAddress::v6(bytes), length);
    }

    KeyV6 shortened(unsigned to) const {
        const auto mask = [](std::uint64_t word, unsigned bits) {
            return bits == 0 ? 0 : word & (~std::uint64_t{0} << (64 - bits));
        };
        return {{mask(address.high, std::min(to, 64U)), mask(address.low, to > 64 ? to - 64 : 0)},
                static_cast<std::uint8_t>(to)};
    }

    std::uint64_t hash() const { return mix_hash(address.low, mix_hash(address.high, length)); }

    friend auto operator<=>(const KeyV6&, const KeyV6&) = default;
};

// Keys and values side by side in chunks, so that ids and references stay and growing copies
// nothing; the index finds an id by its key.
template <typename Key, typename T>
class PrefixSlab {
public:
    static constexpr std::uint32_t kNone = 0xffffffff;
    static constexpr std::uint32_t kMaximum = 1U << 25;  // 33 million

    std::size_t size() const { return size_; }

    bool contains(std::uint32_t id) const { return id < used_ && length(id) != kFree; }

    Key key(std::uint32_t id) const { return {chunk(id).addresses[id % kChunk], length(id)}; }

    std::uint8_t length(std::uint32_t id) const { return chunk(id).lengths[id % kChunk]; }

    T& value(std::uint32_t id) { return chunk(id).values[id % kChunk]; }

    const T& value(std::uint32_t id) const { return chunk(id).values[id % kChunk]; }

    std::uint32_t find(const Key& key) const {
        if (lengths_[key.length] == 0) return kNone;
        return find(key, key.hash());
    }

    void prefetch(const Key& key) const { index_.prefetch(key.hash()); }

    void prefetch_entry(const Key& key) const {
        if (const auto number = index_.guess(key.hash())) prefetch_id(number - 1);
    }

    std::pair<std::uint32_t, bool> insert(const Key& key) {
        const auto hash = key.hash();
        if (const auto known = find(key, hash); known != kNone) return {known, false};
        const auto id = take_id();
        auto& home = chunk(id);
        home.addresses[id % kChunk] = key.address;
        home.lengths[id % kChunk] = key.length;
        index_.insert(hash, id + 1, Members{*this});
        ++lengths_[key.length];
        ++size_;
        return {id, true};
    }

    void erase(std::uint32_t id) {
        const auto gone = key(id);
        index_.erase(gone.hash(), id + 1);
        auto& home = chunk(id);
        home.lengths[id % kChunk] = kFree;
        home.values[id % kChunk] = T{};
        free_.push_back(id);
        --lengths_[gone.length];
        if (--size_ == 0) *this = {};
    }

    template <typename Visit>
    std::uint32_t find_covering(const Key& key, Visit&& visit) const {
        for (int length = key.length; size_ != 0 && length >= 0; --length) {
            const auto id = find(key.shortened(static_cast<unsigned>(length)));
            if (id != kNone && visit(id)) return id;
        }
        return kNone;
    }

    template <typename Visit>
    void for_each(Visit visit) const {
        for (std::uint32_t id = 0; id < used_; ++id)
            if (length(id) != kFree) visit(id);
    }

    // Appends the first `limit` ids behind `after` and within `within`, in order; see PrefixMap.
    void select(std::vector<std::uint32_t>& ids, std::uint32_t tag, const std::optional<Key>& after,
                std::size_t limit, const std::optional<Key>& within) const {
        using Found = std::pair<Key, std::uint32_t>;
        std::vector<Found> found;
        std::optional<Key> bound;  // when there are enough: nothing from here on is wanted
        for (std::uint32_t id = 0; id < used_; ++id) {
            const auto candidate = key(id);
            if (candidate.length == kFree || (after && candidate <= *after)) continue;
            if (bound && candidate >= *bound) continue;
            if (within && (candidate.length < within->length ||
                           candidate.shortened(within->length) != *within))
                continue;
            found.emplace_back(candidate, id);
            if (found.size() < 2 * limit) continue;
            std::nth_element(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(limit),
                             found.end());
            bound = found[limit].first;
            found.resize(limit);
        }
        std::sort(found.begin(), found.end());
        if (found.size() > limit) found.resize(limit);
        for (const auto& [unused, id] : found)
            ids.push_back(id | tag);
    }

private:
    static constexpr std::uint32_t kChunk = 256;
    static constexpr std::uint8_t kFree = 0xff;

    struct Chunk {
        std::array<typename Key::Address, kChunk> addresses{};
        std::array<std::uint8_t, kChunk> lengths{};
        std::array<T, kChunk> values{};
    };

    Chunk& chunk(std::uint32_t id) { return *chunks_[id / kChunk]; }

    const Chunk& chunk(std::uint32_t id) const { return *chunks_[id / kChunk]; }

    struct Members {  // of the index, which counts from 1
        const PrefixSlab& slab;

        std::uint32_t middle(std::uint32_t number) const {
            return HashIndex::middle(slab.key(number - 1).hash());
        }

        void prefetch(std::uint32_t number) const { slab.prefetch_id(number - 1); }
    };

    std::uint32_t find(const Key& wanted, std::uint64_t hash) const {
        const auto number = index_.find(
            hash, [&](std::uint32_t candidate) { return key(candidate - 1) == wanted; });
        return number ? number - 1 : kNone;
    }

    void prefetch_id(std::uint32_t id) const {
        const auto& home = chunk(id);
        net::prefetch(&home.addresses[id % kChunk]);
        net::prefetch(&home.lengths[id % kChunk]);
        net::prefetch(&home.values[id % kChunk]);
    }

    std::uint32_t take_id() {
        if (!free_.empty()) {
            const auto id = free_.back();
            free_.pop_back();
            return id;
        }
        if (used_ + 1 >= kMaximum) throw std::length_error("prefix table is full");
        if (used_ % kChunk == 0) chunks_.push_back(std::make_unique<Chunk>());
        return used_++;
    }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    HashIndex index_;
    std::vector<std::uint32_t> free_;
    std::array<std::uint32_t, Key::kBits + 1> lengths_{};  // entries of each length
    std::uint32_t used_ = 0;                               // ids ever given out
    std::size_t size_ = 0;
};

}  // namespace dx::net
