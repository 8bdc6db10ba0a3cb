#include "libbgp/rib/adj_rib_in.hpp"

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace dx::bgp {

namespace {

// The memory of a large table is far away: the index, and then the entries, are asked for this many
// prefixes at once.
constexpr std::size_t kAhead = 16;

// Calls `handle(key, hash)` for each prefix.
template <class Key, class Handle>
void for_each_key(const RouteTable<Key>& table, const NlriView& prefixes, Handle handle) {
    struct Ahead {
        Key key;
        std::uint64_t hash;
    };

    std::array<Ahead, kAhead> ahead;
    const auto* at = prefixes.bytes().data();
    const auto* const end = at + prefixes.bytes().size();
    while (at != end) {
        std::size_t count = 0;
        for (; count < kAhead && at != end; ++count) {
            const auto key = Key::take(at);
            ahead[count] = {key, table.hash(key)};
            table.prefetch(ahead[count].hash);
        }
        const auto taken = std::span(ahead).first(count);
        for (const auto& one : taken)
            table.prefetch_entry(one.hash);
        for (const auto& one : taken)
            handle(one.key, one.hash);
    }
}

}  // namespace

template <class Key>
void AdjRibIn<Key>::announce(NeighborState& from, const NlriView& prefixes,
                             const PathAttributes& attributes, RouteTime now) {
    auto& table = loc_rib_.table();
    // Made when the first prefixes are on their way into the cache: the pool's memory is far away
    // too.
    std::optional<ImportRun> import;
    for_each_key(table, prefixes, [&](const Key& key, std::uint64_t hash) {
        if (!import) {
            const auto scope = scope_of(attributes.next_hop, from.id);
            import.emplace(shared_.attributes, from, shared_.attributes.intern(attributes, scope),
                           attributes, shared_.settings.router_id);
        }
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
    if (inbound.accepted_now() < limit->max) {
        // A route that comes and goes at the limit is no news.
        const bool all_fit = inbound.discarded_now() == 0 &&
                             inbound.accepted_now() < std::uint64_t{limit->max} * 9 / 10;
        if (all_fit) inbound.over_limit_reported = false;
        report_near(from, *limit);
        return arrival.state;
    }
    if (!std::exchange(inbound.over_limit_reported, true))
        shared_.events.prefix_limit_exceeded(from.id, kFamily, limit->max,
                                             limit->action == PrefixLimitIn::Action::Restart);
    return PathState::LimitExceeded;
}

// Before one more is accepted.
template <class Key>
void AdjRibIn<Key>::report_near(NeighborState& from, const PrefixLimitIn& limit) {
    auto& inbound = from.in[kFamily];
    const auto share = (std::uint64_t{inbound.accepted_now()} + 1) * 100;
    const auto warning = std::uint64_t{limit.max} * kWarnPercentIn;
    if (share >= warning) {
        if (!std::exchange(inbound.near_limit_reported, true))
            shared_.events.prefix_limit_in_near(from.id, kFamily, inbound.accepted_now() + 1,
                                                limit.max);
    } else if (share * 10 < warning * 9) {  // a route that comes and goes is no news
        inbound.near_limit_reported = false;
    }
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
