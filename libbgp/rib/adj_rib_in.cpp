#include "libbgp/rib/adj_rib_in.hpp"

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace dx::bgp {

namespace {

// The memory of a large table is far away: it is asked for so many prefixes ahead.
constexpr std::size_t kAhead = 16;

// Some prefixes of a list in wire form.
template <class Key>
class Chunk {
public:
    // Not a Key: those are zeroed, which would be done for places that most lists leave empty.
    struct Prefix {
        typename Key::Address address;
        std::uint8_t length;
        std::uint64_t hash;

        Key key() const { return {address, length}; }
    };

    // Takes them from the list, and asks for their places in the index.
    void take(const RouteTable<Key>& table, const std::uint8_t*& at, const std::uint8_t* end) {
        for (count_ = 0; count_ < kAhead && at != end; ++count_) {
            const auto key = Key::take(at);
            prefixes_[count_] = {key.address, key.length, table.hash(key)};
            table.prefetch(prefixes_[count_].hash);
        }
    }

    std::span<const Prefix> prefixes() const { return std::span(prefixes_).first(count_); }

private:
    std::array<Prefix, kAhead> prefixes_;
    std::size_t count_ = 0;
};

// Calls `handle(key, hash)` for each prefix. While those of one chunk are handled, the entries of
// the next are under way, and the index of the one after it.
template <class Key, class Handle>
void for_each_key(const RouteTable<Key>& table, const NlriView& list, Handle handle) {
    const auto* at = list.bytes().data();
    const auto* const end = at + list.bytes().size();
    std::array<Chunk<Key>, 3> chunks;
    auto *now = &chunks[0], *next = &chunks[1], *after = &chunks[2];
    const auto fetch_next = [&] {
        for (const auto& prefix : next->prefixes())
            table.prefetch_entry(prefix.hash);
        after->take(table, at, end);
    };
    next->take(table, at, end);
    fetch_next();
    while (!next->prefixes().empty()) {
        std::swap(now, next);
        std::swap(next, after);
        fetch_next();
        for (const auto& prefix : now->prefixes())
            handle(prefix.key(), prefix.hash);
    }
}

}  // namespace

template <class Key>
void AdjRibIn<Key>::announce(NeighborState& from, const NlriView& prefixes,
                             const PathAttributes& attributes, RouteTime now) {
    auto& table = loc_rib_.table();
    auto& pool = shared_.attributes;
    pool.seek(attributes, scope_of(attributes.next_hop, from.id), sought_);
    std::optional<ImportRun> import;  // once the first prefixes are under way as well
    for_each_key(table, prefixes, [&](const Key& key, std::uint64_t hash) {
        if (!import)
            import.emplace(pool, from, pool.intern(sought_), attributes,
                           shared_.settings.router_id);
        const auto& result = (*import)(key);
        place(from, table.find_or_insert(key, hash),
              {import->received(), result.imported.id(), result.state, now,
               from.in[kFamily].current()});
    });
}

template <class Key>
void AdjRibIn<Key>::fetch_ahead(const NlriView& prefixes) const {
    const auto& table = loc_rib_.table();
    const auto* at = prefixes.bytes().data();
    const auto* const end = at + prefixes.bytes().size();
    for (std::size_t count = 0; count < kAhead && at != end; ++count)
        table.prefetch(table.hash(Key::take(at)));
}

template <class Key>
void AdjRibIn<Key>::withdraw(NeighborState& from, const NlriView& prefixes) {
    auto& table = loc_rib_.table();
    for_each_key(table, prefixes, [&](const Key& key, std::uint64_t hash) {
        const auto id = table.find(key, hash);
        if (!id) return;
        if (auto* path = table.find_path(table[id], is_from(from.id)))
            loc_rib_.remove_path(id, *path);
    });
}

// Puts a path into its entry, in place of the neighbor's earlier one.
template <class Key>
void AdjRibIn<Key>::place(NeighborState& from, EntryId id, const Arrival& arrival) {
    auto& table = loc_rib_.table();
    auto& entry = table[id];
    auto& inbound = from.in[kFamily];
    auto* path = table.find_path(entry, is_from(from.id));
    if (path)
        inbound.count(*path, -1U);
    else
        path = table.add_path(entry, Path{.neighbor = from.id, .state = PathState::NoPolicy});
    const auto before = *path;

    path->state = limited(from, arrival, before.state);
    path->received = arrival.received;
    path->imported = arrival.imported;
    path->generation = arrival.generation;
    inbound.count(*path, 1);

    const bool revived = !inbound.alive(before.generation);
    const bool same = before.received == path->received && before.imported == path->imported &&
                      before.state == path->state;
    if (same && !revived) return;
    path->learnt = arrival.now.count();
    loc_rib_.hold_attributes(*path);
    loc_rib_.drop_attributes(before);
    if (path->role == PathRole::Best && !same) entry.best_touched = true;
    if (before.state == PathState::Accepted || path->state == PathState::Accepted)
        loc_rib_.mark_dirty(id);
}

// What is left from before a restart is not the session's doing: it takes no room and is given
// none.
template <class Key>
PathState AdjRibIn<Key>::limited(NeighborState& from, const Arrival& arrival, PathState before) {
    const auto& limit = from.settings.limit_in[kFamily];
    auto& inbound = from.in[kFamily];
    if (arrival.state != PathState::Accepted || !limit) return arrival.state;
    if (inbound.restarting() && inbound.stale(arrival.generation))
        return before == PathState::LimitExceeded ? before : arrival.state;
    if (inbound.accepted_now() < limit->max) return arrival.state;
    if (!std::exchange(inbound.over_limit_reported, true))
        shared_.events.prefix_limit_exceeded(from.id, kFamily, limit->max,
                                             limit->action == PrefixLimitIn::Action::Restart);
    return PathState::LimitExceeded;
}

template <class Key>
void AdjRibIn<Key>::import_again(NeighborState& from, EntryId id, Path& path,
                                 std::optional<ImportAgain>& run) {
    auto& inbound = from.in[kFamily];
    const bool long_lived = inbound.long_lived_stale(path.generation);
    if (!run || run->run.received() != path.received || run->run.long_lived_stale() != long_lived)
        run.emplace(shared_.attributes, from, path.received, shared_.settings.router_id,
                    long_lived);
    const auto& result = run->run(loc_rib_.table()[id].key());
    const RouteTime learnt{path.learnt};
    place(from, id, {path.received, result.imported.id(), result.state, learnt, path.generation});
}

template <class Key>
bool AdjRibIn<Key>::has_room_again(const NeighborState& from) const {
    const auto& limit = from.settings.limit_in[kFamily];
    const auto& inbound = from.in[kFamily];
    return inbound.discarded_now() && (!limit || inbound.accepted_now() < limit->max);
}

template class AdjRibIn<Ipv4Key>;
template class AdjRibIn<Ipv6Key>;

}  // namespace dx::bgp
