#include "libbgp/rib/table_tasks.hpp"

#include <algorithm>
#include <limits>

namespace dx::bgp {

namespace {

// Budgets count prefixes that are changed; to look at one costs a fraction of it.
constexpr std::size_t kCreditOfOne = 8;

}  // namespace

template <class Key>
void TableTasks<Key>::sweep(NeighborState& from) {
    schedule(Kind::Sweep, index_of(from.id));
    if (from.in[kFamily].must_sweep()) sweep_now(from);
}

template <class Key>
void TableTasks<Key>::import_again(NeighborState& from) {
    schedule(Kind::Import, index_of(from.id));
}

template <class Key>
void TableTasks<Key>::refill(NeighborState& from) {
    if (adj_rib_in_.has_room_again(from)) schedule(Kind::Refill, index_of(from.id));
}

template <class Key>
void TableTasks<Key>::next_hop_changed(NextHopId next_hop) {
    schedule(Kind::NextHop, static_cast<std::uint32_t>(next_hop));
}

template <class Key>
void TableTasks<Key>::decide_all() {
    schedule(Kind::DecideAll, 0);
}

template <class Key>
void TableTasks<Key>::schedule(Kind kind, std::uint32_t subject) {
    const auto all = loc_rib_.table().end() - 1;
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
void TableTasks<Key>::sweep_now(NeighborState& from) {
    const auto task = std::ranges::find_if(tasks_, [&](const Task& one) {
        return one.kind == Kind::Sweep && one.subject == index_of(from.id);
    });
    auto credit = std::numeric_limits<std::size_t>::max();
    if (task != tasks_.end() && work_on(*task, credit)) tasks_.erase(task);
}

template <class Key>
void TableTasks<Key>::merge_generations(NeighborState& from) {
    auto& inbound = from.in[kFamily];
    if (!inbound.must_merge()) return;
    auto& table = loc_rib_.table();
    for (EntryId id = 1; id < table.end(); ++id) {
        auto* path = table[id].live ? table.find_path(table[id], is_from(from.id)) : nullptr;
        if (!path) continue;
        if (inbound.alive(path->generation))
            path->generation = inbound.merged(path->generation);
        else
            loc_rib_.remove_path(id, *path);
    }
    inbound.end_merge();
}

template <class Key>
std::size_t TableTasks<Key>::run(std::size_t budget) {
    std::size_t credit = budget * kCreditOfOne;
    while (!tasks_.empty() && credit) {
        auto task = tasks_.front();
        tasks_.erase(tasks_.begin());
        if (!work_on(task, credit)) tasks_.insert(tasks_.begin(), task);
    }
    return credit / kCreditOfOne;
}

// True: done.
template <class Key>
bool TableTasks<Key>::work_on(Task& task, std::size_t& credit) {
    std::optional<ImportAgain> import;
    for (; task.left && credit; --task.left, --credit) {
        if (task.next >= loc_rib_.table().end()) task.next = 1;
        if (visit(task, task.next++, import)) credit -= std::min(credit - 1, kCreditOfOne);
    }
    if (task.left) return false;
    if (task.kind != Kind::Sweep && task.kind != Kind::Import) return true;
    auto& from = shared_.neighbor(NeighborId(task.subject));
    if (task.kind == Kind::Sweep) from.in[kFamily].swept();
    refill(from);
    return true;
}

// True: it had to be changed.
template <class Key>
bool TableTasks<Key>::visit(const Task& task, EntryId id, std::optional<ImportAgain>& import) {
    if (!loc_rib_.table()[id].live) return false;
    switch (task.kind) {
        case Kind::DecideAll: return loc_rib_.mark_dirty(id), true;
        case Kind::NextHop: return visit_next_hop(NextHopId{task.subject}, id);
        case Kind::Sweep:
        case Kind::Import:
        case Kind::Refill: break;
    }
    return visit_path(task, id, import);
}

template <class Key>
bool TableTasks<Key>::visit_next_hop(NextHopId changed, EntryId id) {
    auto& table = loc_rib_.table();
    const auto* uses = table.find_path(table[id], [&](const Path& path) {
        return path.imported != kNoAttributes &&
               shared_.attributes.next_hop(path.imported) == changed;
    });
    if (uses) loc_rib_.mark_dirty(id);
    return uses != nullptr;
}

template <class Key>
bool TableTasks<Key>::visit_path(const Task& task, EntryId id, std::optional<ImportAgain>& import) {
    auto& table = loc_rib_.table();
    auto& from = shared_.neighbor(NeighborId(task.subject));
    auto* path = table.find_path(table[id], is_from(from.id));
    if (!path) return false;
    const bool alive = from.in[kFamily].alive(path->generation);
    if (task.kind == Kind::Sweep) {
        if (!alive) loc_rib_.remove_path(id, *path);
        return !alive;
    }
    const bool wanted = task.kind == Kind::Import || path->state == PathState::LimitExceeded;
    if (!alive || !wanted) return false;
    adj_rib_in_.import_again(from, id, *path, import);
    return true;
}

template class TableTasks<Ipv4Key>;
template class TableTasks<Ipv6Key>;

}  // namespace dx::bgp
