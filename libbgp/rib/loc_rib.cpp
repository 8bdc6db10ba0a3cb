#include "libbgp/rib/loc_rib.hpp"

#include <algorithm>
#include <array>

#include "libbgp/rib/import_run.hpp"

namespace dx::bgp {

namespace {

// The memory of a large table is far away: the index is asked for this many prefixes at once.
constexpr std::size_t kAhead = 16;

auto is_from(NeighborId neighbor) {
    return [neighbor](const Path& path) { return path.neighbor == neighbor; };
}

auto is_from(LocalSource source) {
    return [source](const Path& path) { return path.local() && path.source() == source; };
}

// Calls `handle(key, hash)` for each prefix.
template <class Key, class Handle>
void for_each_key(const RouteTable<Key>& table, const NlriView& prefixes, Handle handle) {
    std::array<std::pair<Key, std::uint64_t>, kAhead> ahead;
    auto at = prefixes.begin();
    const auto end = prefixes.end();
    while (at != end) {
        std::size_t count = 0;
        for (; count < kAhead && at != end; ++at, ++count) {
            const auto key = Key::of(*at);
            ahead[count] = {key, table.hash(key)};
            table.prefetch(ahead[count].second);
        }
        for (std::size_t i = 0; i < count; ++i)
            handle(ahead[i].first, ahead[i].second);
    }
}

}  // namespace

// --- Routes in.

template <class Key>
void LocRib<Key>::announce(NeighborState& from, const NlriView& prefixes,
                           const PathAttributes& attributes, RouteTime now) {
    const auto received =
        shared_.attributes.intern(attributes, scope_of(attributes.next_hop, from.id));
    ImportRun import(shared_.attributes, from, received.id(), shared_.settings.router_id);
    for_each_key(table_, prefixes, [&](const Key& key, std::uint64_t hash) {
        const auto& result = import(key);
        place(from, table_.find_or_insert(key, hash),
              {received.id(), result.imported.id(), result.state, now});
    });
    refill(from);
}

template <class Key>
void LocRib<Key>::withdraw(NeighborState& from, const NlriView& prefixes) {
    for_each_key(table_, prefixes, [&](const Key& key, std::uint64_t hash) {
        const auto id = table_.find(key, hash);
        if (!id) return;
        if (auto* path = table_.find_path(table_[id], is_from(from.id))) remove(id, *path);
    });
    refill(from);
}

// Puts a path into its entry, in place of the neighbor's earlier one.
template <class Key>
void LocRib<Key>::place(NeighborState& from, EntryId id, const Arrival& arrival) {
    auto& entry = table_[id];
    auto& inbound = from.in[kFamily];
    auto* path = table_.find_path(entry, is_from(from.id));
    if (path)
        inbound.count(*path, -1U);
    else
        path = table_.add_path(entry, Path{.neighbor = from.id, .state = PathState::NoPolicy});
    const auto before = *path;

    path->state = limited(from, arrival.state);
    path->received = arrival.received;
    path->imported = arrival.imported;
    path->generation = inbound.current();
    inbound.count(*path, 1);

    const bool revived = !inbound.alive(before.generation);
    const bool same = before.received == path->received && before.imported == path->imported &&
                      before.state == path->state;
    if (same && !revived) return;
    path->learnt = arrival.now.count();
    shared_.attributes.hold(path->received);
    shared_.attributes.hold(path->imported);
    shared_.attributes.drop(before.received);
    shared_.attributes.drop(before.imported);
    if (path->role == PathRole::Best && !same) entry.best_touched = true;
    if (before.state == PathState::Accepted || path->state == PathState::Accepted) mark_dirty(id);
}

template <class Key>
void LocRib<Key>::remove(EntryId id, Path& path) {
    auto& entry = table_[id];
    const bool took_part = path.state == PathState::Accepted;
    if (!path.local()) shared_.neighbor(path.neighbor).in[kFamily].count(path, -1U);
    if (path.role == PathRole::Best) {
        entry.best_touched = true;
        if (!path.local()) --shared_.neighbor(path.neighbor).in[kFamily].best;
    }
    release(path);
    table_.remove_path(entry, path);
    if (took_part)
        mark_dirty(id);
    else
        free_if_unused(id);
}

template <class Key>
void LocRib<Key>::release(Path& path) {
    shared_.attributes.drop(path.received);
    shared_.attributes.drop(path.imported);
}

template <class Key>
PathState LocRib<Key>::limited(NeighborState& from, PathState state) {
    const auto& limit = from.settings.limit_in[kFamily];
    auto& inbound = from.in[kFamily];
    if (state != PathState::Accepted || !limit || inbound.total().accepted < limit->max)
        return state;
    if (!std::exchange(inbound.over_limit_reported, true))
        shared_.events.prefix_limit_exceeded(from.id, kFamily, limit->max,
                                             limit->action == PrefixLimitIn::Action::Restart);
    return PathState::LimitExceeded;
}

// Where there is room again, what was kept out is let in.
template <class Key>
void LocRib<Key>::refill(NeighborState& from) {
    const auto& limit = from.settings.limit_in[kFamily];
    const auto total = from.in[kFamily].total();
    if (total.discarded && (!limit || total.accepted < limit->max))
        schedule(TaskKind::RefillLimit, index_of(from.id));
}

template <class Key>
bool LocRib<Key>::originate(const LocalRoute& route,
                            const std::optional<PathAttributes>& attributes, RouteTime now) {
    const auto key = Key::of(route.prefix);
    if (!attributes) {
        withdraw_local(route.source, key);
        return false;
    }
    const bool reordered =
        route.source == LocalSource::Network && configured_rank(key) != route.rank;
    if (reordered) ranks_[key] = route.rank;
    place_local(route.source, key, *attributes, now);
    return reordered;
}

template <class Key>
void LocRib<Key>::place_local(LocalSource source, const Key& key, const PathAttributes& attributes,
                              RouteTime now) {
    const auto set = shared_.attributes.intern(attributes);
    const auto id = table_.find_or_insert(key, table_.hash(key));
    auto& entry = table_[id];
    auto* path = table_.find_path(entry, is_from(source));
    if (path && path->received == set.id()) return;
    if (path && path->role == PathRole::Best) entry.best_touched = true;
    if (path)
        release(*path);
    else
        path = table_.add_path(entry, Path{.generation = static_cast<std::uint8_t>(source)});
    path->received = path->imported = set.id();
    path->learnt = now.count();
    shared_.attributes.hold(path->received);
    shared_.attributes.hold(path->imported);
    mark_dirty(id);
}

template <class Key>
void LocRib<Key>::withdraw_local(LocalSource source, const Key& key) {
    if (source == LocalSource::Network) ranks_.erase(key);
    const auto id = table_.find(key);
    if (!id) return;
    if (auto* path = table_.find_path(table_[id], is_from(source))) remove(id, *path);
}

template <class Key>
std::uint32_t LocRib<Key>::configured_rank(const Key& key) const {
    const auto known = ranks_.find(key);
    return known == ranks_.end() ? UINT32_MAX : known->second;
}

// --- What concerns many.

template <class Key>
void LocRib<Key>::sweep(NeighborState& from) {
    schedule(TaskKind::Sweep, index_of(from.id));
    if (from.in[kFamily].must_sweep()) sweep_now(from);
}

template <class Key>
void LocRib<Key>::import_again(NeighborState& from) {
    schedule(TaskKind::Import, index_of(from.id));
}

template <class Key>
void LocRib<Key>::next_hop_changed(NextHopId next_hop) {
    schedule(TaskKind::NextHop, static_cast<std::uint32_t>(next_hop));
}

template <class Key>
void LocRib<Key>::decide_all() {
    schedule(TaskKind::DecideAll, 0);
}

template <class Key>
void LocRib<Key>::schedule(TaskKind kind, std::uint32_t subject) {
    const auto all = table_.end() - 1;
    if (!all) return;
    const auto known = std::ranges::find_if(
        tasks_, [&](const Task& task) { return task.kind == kind && task.subject == subject; });
    if (known != tasks_.end())
        known->left = all;
    else
        tasks_.push_back({kind, subject, 1, all});
}

// A session that flaps faster than the sweep can follow: before generation numbers run out.
template <class Key>
void LocRib<Key>::sweep_now(NeighborState& from) {
    const auto task = std::ranges::find_if(tasks_, [&](const Task& one) {
        return one.kind == TaskKind::Sweep && one.subject == index_of(from.id);
    });
    auto credit = std::numeric_limits<std::size_t>::max();
    if (task != tasks_.end() && work_on(*task, credit)) tasks_.erase(task);
}

// True: done.
template <class Key>
bool LocRib<Key>::work_on(Task& task, std::size_t& credit) {
    constexpr std::size_t kVisitCost = 8;  // to look at an entry costs a fraction of changing it
    std::optional<ImportRun> import;
    for (; task.left && credit; --task.left, --credit) {
        if (task.next >= table_.end()) task.next = 1;
        if (visit(task, task.next++, import)) credit -= std::min(credit - 1, kVisitCost);
    }
    if (task.left) return false;
    if (task.kind == TaskKind::Sweep) {
        auto& from = shared_.neighbor(NeighborId(task.subject));
        from.in[kFamily].swept();
        refill(from);
    }
    return true;
}

// True: it had to be changed.
template <class Key>
bool LocRib<Key>::visit(const Task& task, EntryId id, std::optional<ImportRun>& import) {
    auto& entry = table_[id];
    if (!entry.live) return false;
    if (task.kind == TaskKind::DecideAll) return mark_dirty(id), true;
    if (task.kind == TaskKind::NextHop) {
        const NextHopId changed{task.subject};
        const auto* uses = table_.find_path(entry, [&](const Path& path) {
            return path.imported != kNoAttributes &&
                   shared_.attributes.next_hop(path.imported) == changed;
        });
        if (uses) mark_dirty(id);
        return uses != nullptr;
    }
    auto& from = shared_.neighbor(NeighborId(task.subject));
    const auto& inbound = from.in[kFamily];
    auto* path = table_.find_path(entry, is_from(from.id));
    if (!path) return false;
    const bool alive = inbound.alive(path->generation);
    if (task.kind == TaskKind::Sweep) {
        if (!alive) remove(id, *path);
        return !alive;
    }
    const bool wanted = task.kind == TaskKind::Import || path->state == PathState::LimitExceeded;
    if (!alive || !wanted) return false;
    import_path(from, id, *path, import);
    return true;
}

// As if it had just been received, but it keeps its age and generation.
template <class Key>
void LocRib<Key>::import_path(NeighborState& from, EntryId id, Path& path,
                              std::optional<ImportRun>& import) {
    if (!import || import->received() != path.received)
        import.emplace(shared_.attributes, from, path.received, shared_.settings.router_id);
    const auto& result = (*import)(table_[id].key());
    const auto generation = path.generation;
    const RouteTime learnt{path.learnt};
    auto& inbound = from.in[kFamily];
    place(from, id, {path.received, result.imported.id(), result.state, learnt});
    inbound.count(path, -1U);
    path.generation = generation;
    inbound.count(path, 1);
}

template <class Key>
std::size_t LocRib<Key>::run(std::size_t budget) {
    constexpr std::size_t kCreditOfOne = 8;
    // Half for the tasks, so that neither an endless stream of updates nor a sweep stops the other.
    std::size_t credit = (dirty_.empty() ? budget : (budget + 1) / 2) * kCreditOfOne;
    budget -= credit / kCreditOfOne;
    while (!tasks_.empty() && credit) {
        auto task = tasks_.front();
        tasks_.erase(tasks_.begin());
        if (!work_on(task, credit)) tasks_.insert(tasks_.begin(), task);
    }
    budget += credit / kCreditOfOne;
    for (; budget && !dirty_.empty(); --budget) {
        const auto id = dirty_.front();
        dirty_.pop_front();
        if (table_[id].live && table_[id].dirty) decide(id);
    }
    return budget;
}

// --- The decision.

template <class Key>
void LocRib<Key>::mark_dirty(EntryId id) {
    auto& entry = table_[id];
    if (entry.dirty) return;
    entry.dirty = true;
    dirty_.push_back(id);
}

template <class Key>
Candidate LocRib<Key>::candidate(const Path& path) const {
    Candidate candidate;
    if (path.state != PathState::Accepted) {
        candidate.unusable = Reason::NotAccepted;
        return candidate;
    }
    candidate.attributes = &shared_.attributes[path.imported];
    if (path.local()) {
        candidate.source = path.source();
        return candidate;
    }
    const auto& from = shared_.neighbor(path.neighbor);
    if (!from.in[kFamily].alive(path.generation)) {
        candidate.unusable = Reason::SessionDown;
        return candidate;
    }
    candidate.external = from.settings.external();
    candidate.next_hop = shared_.attributes.next_hop(path.imported);
    const auto& state = shared_.next_hops.state(candidate.next_hop);
    candidate.cost = state.cost;
    candidate.router_id = from.session->peer_router_id;
    candidate.address = from.session->peer_address;
    if (!state.reachable) candidate.unusable = Reason::NextHop;
    return candidate;
}

template <class Key>
void LocRib<Key>::settle(EntryId id) {
    const auto& entry = table_[id];
    if (!entry.live) return;
    const auto& best = entry.first;
    const bool best_is_dead = best.role == PathRole::Best && !best.local() &&
                              !shared_.neighbor(best.neighbor).in[kFamily].alive(best.generation);
    if (entry.dirty || best_is_dead) decide(id);
}

template <class Key>
void LocRib<Key>::decide(EntryId id) {
    auto& entry = table_[id];
    entry.dirty = false;
    paths_.clear();
    candidates_.clear();
    table_.for_each_path(entry, [&](Path& path) {
        paths_.push_back(&path);
        candidates_.push_back(candidate(path));
    });
    const auto& decision = shared_.decision.run(candidates_, shared_.settings.maximum_paths);

    const bool had_best = entry.first.exists() && entry.first.role == PathRole::Best;
    // The best path is kept first: another one now, none any more, or one at last.
    const bool moved = had_best ? decision.best != CandidateIndex{0} : decision.best.has_value();
    const bool best_changed = moved || entry.best_touched;
    entry.best_touched = false;
    const auto old = entry.forwarding;
    entry.forwarding = forwarding_for(decision);
    assign_roles(entry, decision);

    if (best_changed) {
        ++version_;
        tell_neighbors(id);
    }
    if (best_changed || old != entry.forwarding)
        shared_.events.best_path_changed({entry.key().prefix(), old, entry.forwarding});
    shared_.forwarding.release(old);
    free_if_unused(id);
}

template <class Key>
void LocRib<Key>::assign_roles(Entry& entry, const Decision& decision) {
    const auto count_best = [&](const Path& path, std::uint32_t by) {
        if (path.role == PathRole::Best && !path.local())
            shared_.neighbor(path.neighbor).in[kFamily].best += by;
    };
    for (auto* path : paths_) {
        count_best(*path, -1U);
        path->role = PathRole::None;
    }
    for (const auto at : decision.used)
        paths_[at]->role = PathRole::Multipath;
    for (const auto at : decision.backup)
        paths_[at]->role = PathRole::Backup;
    if (!decision.best) return;
    auto& best = *paths_[*decision.best];
    best.role = PathRole::Best;
    count_best(best, 1);
    table_.promote(entry, best);
}

template <class Key>
ForwardingSetId LocRib<Key>::forwarding_for(const Decision& decision) {
    if (!decision.best || candidates_[*decision.best].source) return kNoForwarding;
    const auto hops = [&](const std::vector<CandidateIndex>& of,
                          std::vector<ForwardingSets::Hop>& to) {
        to.clear();
        for (const auto at : of)
            to.push_back({paths_[at]->neighbor, candidates_[at].next_hop});
    };
    hops(decision.used, hops_.best);
    hops(decision.backup, hops_.backup);
    hops_.external = candidates_[*decision.best].external;
    return shared_.forwarding.acquire(hops_);
}

template <class Key>
void LocRib<Key>::tell_neighbors(EntryId id) {
    for (auto* to : shared_.established) {
        auto& out = to->out[kFamily];
        const bool concerned = to->settings.export_policy || out.sent_to(id) != kNoAttributes;
        if (!concerned || !to->established(kFamily)) continue;
        out.pending.set(id);
        shared_.output_pending(*to);
    }
}

template <class Key>
void LocRib<Key>::free_if_unused(EntryId id) {
    const auto& entry = table_[id];
    if (entry.first.exists() || entry.dirty || entry.holders) return;
    table_.erase(id);
}

template class LocRib<Ipv4Key>;
template class LocRib<Ipv6Key>;

}  // namespace dx::bgp
