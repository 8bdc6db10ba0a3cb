// The prefixes of one family with their paths: a hash index over dense entries with stable
// numbers. Knows how paths are kept, not what they mean.
//
// The common entry, one path, is 32 bytes for IPv4 (44 for IPv6) and the index adds about 6.
// Order is made when somebody looks: see `select`.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/rib_events.hpp"
#include "libbgp/rib/route_key.hpp"
#include "libbgp/rib/route_view.hpp"
#include "libbgp/rib/slab.hpp"
#include "libfib/net/hash_index.hpp"
#include "libfib/net/prefetch.hpp"

namespace dx::bgp {

struct Path {
    AttributeId received = kNoAttributes;  // kNoAttributes: there is no path here
    AttributeId imported = kNoAttributes;  // the same as `received` where nothing was changed
    std::uint32_t learnt = 0;              // RouteTime
    NeighborId neighbor = kLocalRoutes;
    std::uint8_t generation = 0;  // of the neighbor's session (Inbound); a LocalSource for our own
    PathState state : 4 = PathState::Accepted;
    PathRole role : 4 = PathRole::None;

    bool exists() const { return received != kNoAttributes; }

    bool local() const { return neighbor == kLocalRoutes; }

    LocalSource source() const { return LocalSource{generation}; }
};

static_assert(sizeof(Path) == 16);

// For `find_path`.
inline auto is_from(NeighborId neighbor) {
    return [neighbor](const Path& path) { return path.neighbor == neighbor; };
}

inline auto is_from(LocalSource source) {
    return [source](const Path& path) { return path.local() && path.source() == source; };
}

template <class Key>
struct RouteEntry {
    typename Key::Address address{};
    std::uint8_t length = 0;
    bool live : 1 = false;
    bool dirty : 1 = false;         // in the queue for the decision process
    bool best_touched : 1 = false;  // the best path was changed or removed since the last decision
    std::uint16_t holders = 0;      // Adj-RIB-Outs that know it: the number must stay
    Path first;                     // the best one, where there is one
    std::uint32_t more = 0;         // further paths
    ForwardingSetId forwarding = kNoForwarding;

    Key key() const { return {address, length}; }
};

static_assert(sizeof(RouteEntry<Ipv4Key>) == 32);
static_assert(sizeof(RouteEntry<Ipv6Key>) == 44);

using EntryId = std::uint32_t;

template <class Key>
class RouteTable {
public:
    using Entry = RouteEntry<Key>;

    explicit RouteTable(std::uint64_t seed) : seed_(seed) {}

    std::uint64_t hash(const Key& key) const { return key.hash(seed_); }

    void prefetch(std::uint64_t hash) const { index_.prefetch(hash); }

    void prefetch_entry(std::uint64_t hash) const { prefetch_entry(index_.guess(hash)); }

    void prefetch_entry(EntryId id) const {
        if (id) net::prefetch(&entries_[id]);
    }

    // 0: not there.
    EntryId find(const Key& key) const { return find(key, hash(key)); }

    EntryId find(const Key& key, std::uint64_t hash) const {
        return index_.find(hash, [&](EntryId id) {
            const auto& entry = entries_[id];
            return entry.address == key.address && entry.length == key.length;
        });
    }

    EntryId find_or_insert(const Key& key, std::uint64_t hash) {
        if (const auto known = find(key, hash)) return known;
        const auto id = entries_.allocate();
        auto& entry = entries_[id];
        entry = Entry{};
        entry.address = key.address;
        entry.length = key.length;
        entry.live = true;
        index_.insert(hash, id, Members{*this});
        ++lengths_[key.length];
        return id;
    }

    // It has no paths left.
    void erase(EntryId id) {
        auto& entry = entries_[id];
        index_.erase(hash(entry.key()), id);
        --lengths_[entry.length];
        entry.live = false;
        entries_.free(id);
    }

    Entry& operator[](EntryId id) { return entries_[id]; }

    const Entry& operator[](EntryId id) const { return entries_[id]; }

    EntryId end() const { return entries_.end(); }

    std::size_t size() const { return entries_.used(); }

    std::size_t paths() const { return paths_; }

    std::size_t memory_bytes() const {
        return entries_.memory_bytes() + index_.memory_bytes() + more_.memory_bytes();
    }

    // --- Paths of an entry. A Path reference is valid until a path of that entry is added or
    // removed.
    template <class Visit>
    void for_each_path(const Entry& entry, Visit visit) const {
        if (!entry.first.exists()) return;
        visit(entry.first);
        for (auto at = entry.more; at; at = more_[at].next)
            visit(more_[at].path);
    }

    template <class Visit>
    void for_each_path(Entry& entry, Visit visit) {
        if (!entry.first.exists()) return;
        visit(entry.first);
        for (auto at = entry.more; at; at = more_[at].next)
            visit(more_[at].path);
    }

    template <class IsIt>
    Path* find_path(Entry& entry, IsIt is_it) {
        if (!entry.first.exists()) return nullptr;
        if (is_it(entry.first)) return &entry.first;
        for (auto at = entry.more; at; at = more_[at].next)
            if (is_it(more_[at].path)) return &more_[at].path;
        return nullptr;
    }

    // `path` exists from when its `received` is set.
    Path* add_path(Entry& entry, const Path& path) {
        ++paths_;
        if (!entry.first.exists()) {
            entry.first = path;
            return &entry.first;
        }
        const auto place = more_.allocate();
        more_[place] = {path, entry.more};
        entry.more = place;
        return &more_[place].path;
    }

    void remove_path(Entry& entry, const Path& path) {
        --paths_;
        if (&path == &entry.first) {
            if (!entry.more) {
                entry.first = Path{};
                return;
            }
            entry.first = more_[entry.more].path;
            unlink(entry.more);
            return;
        }
        auto* link = &entry.more;
        while (&more_[*link].path != &path)
            link = &more_[*link].next;
        unlink(*link);
    }

    // Puts it first.
    static void promote(Entry& entry, Path& path) {
        if (&path != &entry.first) std::swap(entry.first, path);
    }

    // --- Order.

    // The most specific entry that contains `host` and for which `want(entry)` holds; 0: none.
    template <class Want>
    EntryId longest_match(const Key& host, Want want) const {
        for (int length = Key::kBits; length >= 0; --length) {
            if (!lengths_[length]) continue;
            const auto id = find(host.cut(static_cast<std::uint8_t>(length)));
            if (id && want(entries_[id])) return id;
        }
        return 0;
    }

    // The first `max` entries in address order that come after `after`, lie in `within` and for
    // which `want(id)` holds. One pass over the table, with no state kept between two: whatever
    // changes in between, nothing is seen twice. (A million entries: about 3 ms a pass.)
    template <class Want>
    std::vector<Key> select(const std::optional<Key>& after, const Key& within, std::size_t max,
                            Want want) const {
        std::vector<Key> found;
        std::optional<Key> limit;  // what is not below it is not among the first `max`
        for (EntryId id = 1; id < entries_.end(); ++id) {
            const auto& entry = entries_[id];
            if (!entry.live) continue;
            const auto key = entry.key();
            if ((limit && key >= *limit) || (after && key <= *after)) continue;
            if (!within.contains(key) || !want(id)) continue;
            found.push_back(key);
            if (found.size() < 2 * max) continue;
            const auto middle = found.begin() + static_cast<std::ptrdiff_t>(max);
            std::nth_element(found.begin(), middle, found.end());
            limit = *middle;
            found.erase(middle, found.end());
        }
        std::sort(found.begin(), found.end());
        if (found.size() > max) found.resize(max);
        return found;
    }

private:
    struct MorePath {
        Path path;
        std::uint32_t next = 0;
    };

    struct Members {  // of the index
        const RouteTable& table;

        std::uint32_t middle(EntryId id) const {
            return net::HashIndex::middle(table.hash(table[id].key()));
        }

        void prefetch(EntryId id) const { table.prefetch_entry(id); }
    };

    // `link` is the number of the place to free, and gets the next one's.
    void unlink(std::uint32_t& link) {
        const auto place = link;
        link = more_[place].next;
        more_.free(place);
    }

    std::uint64_t seed_;
    net::HashIndex index_;
    Slab<Entry> entries_;
    Slab<MorePath> more_;
    std::array<std::uint32_t, Key::kBits + 1> lengths_{};
    std::size_t paths_ = 0;
};

}  // namespace dx::bgp
