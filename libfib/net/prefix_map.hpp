// A table of prefixes of both families: exact find, longest match, and walks in address order that
// survive changes between their slices. Made for a million entries: a dense slab with stable 32-bit
// ids and an open-addressing index of ids beside it; for IPv4 5 + sizeof(T) + about 8 bytes an
// entry.
//
// There is no order among the entries: a walk selects its next slice by a pass over the keys (5
// bytes each, about a millisecond a million), at most 64 passes for a whole table. So no entry pays
// for an order that only `show` wants.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libfib/net/prefix.hpp"
#include "libfib/net/prefix_slab.hpp"

namespace dx::net {

// Identifies an entry of a PrefixMap for as long as it is in; then it is used again.
using PrefixId = std::uint32_t;

template <typename T>
class PrefixMap {
public:
    static constexpr PrefixId kNone = 0xffffffff;

    std::size_t size() const { return v4_.size() + v6_.size(); }

    std::size_t size(Family family) const {
        return family == Family::Ipv4 ? v4_.size() : v6_.size();
    }

    bool empty() const { return size() == 0; }

    // The entry of exactly `prefix`, or kNone.
    PrefixId find(const Prefix& prefix) const {
        if (prefix.family() == Family::Ipv4) return tagged(v4_.find(KeyV4::of(prefix)), 0);
        return tagged(v6_.find(KeyV6::of(prefix)), kV6);
    }

    // For a prefix that will be looked up soon: the first step, and some look-ups later the second.
    void prefetch(const Prefix& prefix) const {
        if (prefix.family() == Family::Ipv4) return v4_.prefetch(KeyV4::of(prefix));
        v6_.prefetch(KeyV6::of(prefix));
    }

    void prefetch_entry(const Prefix& prefix) const {
        if (prefix.family() == Family::Ipv4) return v4_.prefetch_entry(KeyV4::of(prefix));
        v6_.prefetch_entry(KeyV6::of(prefix));
    }

    // The entry of `prefix`, made with T{} if it was not there; true if it was made. Ids stay,
    // references to values do too.
    std::pair<PrefixId, bool> insert(const Prefix& prefix) {
        if (prefix.family() == Family::Ipv4) {
            const auto [id, made] = v4_.insert(KeyV4::of(prefix));
            return {id, made};
        }
        const auto [id, made] = v6_.insert(KeyV6::of(prefix));
        return {id | kV6, made};
    }

    void erase(PrefixId id) { (id & kV6) != 0 ? v6_.erase(id & ~kV6) : v4_.erase(id); }

    bool erase(const Prefix& prefix) {
        const auto id = find(prefix);
        if (id != kNone) erase(id);
        return id != kNone;
    }

    void clear() {
        v4_ = {};
        v6_ = {};
    }

    T& operator[](PrefixId id) { return (id & kV6) != 0 ? v6_.value(id & ~kV6) : v4_.value(id); }

    const T& operator[](PrefixId id) const {
        return (id & kV6) != 0 ? v6_.value(id & ~kV6) : v4_.value(id);
    }

    Prefix prefix(PrefixId id) const {
        return (id & kV6) != 0 ? v6_.key(id & ~kV6).prefix() : v4_.key(id).prefix();
    }

    // The same as prefix(id).family(), for less.
    static Family family(PrefixId id) { return (id & kV6) != 0 ? Family::Ipv6 : Family::Ipv4; }

    // The same as prefix(id).length(), for less.
    unsigned length(PrefixId id) const {
        return (id & kV6) != 0 ? v6_.length(id & ~kV6) : v4_.length(id);
    }

    // Whether the id stands for an entry now.
    bool contains(PrefixId id) const {
        return (id & kV6) != 0 ? v6_.contains(id & ~kV6) : v4_.contains(id);
    }

    // Calls visit(id) for every entry that covers `prefix`, itself included, longest first, until
    // visit returns true; the id where it did, or kNone.
    template <typename Visit>
    PrefixId find_covering(const Prefix& prefix, Visit visit) const {
        if (prefix.family() == Family::Ipv4)
            return tagged(v4_.find_covering(KeyV4::of(prefix), visit), 0);
        return tagged(
            v6_.find_covering(KeyV6::of(prefix), [&](std::uint32_t id) { return visit(id | kV6); }),
            kV6);
    }

    PrefixId longest_match(const IpAddress& address) const {
        return find_covering(Prefix::host(address), [](PrefixId) { return true; });
    }

    // All entries in no order; visit(id) may change values and erase its own entry.
    template <typename Visit>
    void for_each(Visit visit) const {
        v4_.for_each([&](std::uint32_t id) { visit(id); });
        v6_.for_each([&](std::uint32_t id) { visit(id | kV6); });
    }

    // The first entries behind `after` in address order (nullopt: from the start), only those
    // within `within`: at most `limit` ids. The cursor of a walk is the last prefix it saw, so it
    // goes on where it stopped whatever was inserted or erased. One pass over the keys.
    std::vector<PrefixId> select(const std::optional<Prefix>& after, std::size_t limit,
                                 const std::optional<Prefix>& within = std::nullopt) const {
        std::vector<PrefixId> ids;
        const bool behind_v4 = after && after->family() == Family::Ipv6;
        if (!behind_v4 && (!within || within->family() == Family::Ipv4))
            v4_.select(ids, 0, key_of<KeyV4>(after), limit, key_of<KeyV4>(within));
        if (ids.size() < limit && (!within || within->family() == Family::Ipv6))
            v6_.select(ids, kV6, behind_v4 ? key_of<KeyV6>(after) : std::nullopt,
                       limit - ids.size(), key_of<KeyV6>(within));
        return ids;
    }

private:
    static constexpr PrefixId kV6 = 0x80000000;

    static PrefixId tagged(std::uint32_t id, PrefixId family) {
        return id == kNone ? kNone : id | family;
    }

    template <typename Key>
    static std::optional<Key> key_of(const std::optional<Prefix>& prefix) {
        if (!prefix) return std::nullopt;
        return Key::of(*prefix);
    }

    PrefixSlab<KeyV4, T> v4_;
    PrefixSlab<KeyV6, T> v6_;
};

}  // namespace dx::net
