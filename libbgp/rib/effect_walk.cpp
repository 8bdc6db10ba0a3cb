#include "libbgp/rib/effect_walk.hpp"

#include <algorithm>

namespace dx::bgp {

namespace {

// What is left from before a restart is not counted.
bool is_counted(const Inbound& inbound, const Path& path) {
    return inbound.alive(path.generation) &&
           !(inbound.restarting() && inbound.stale(path.generation));
}

}  // namespace

template <class Key>
EffectWalk<Key>::EffectWalk(const RibShared& shared, const LocRib<Key>& loc_rib,
                            const LocalRoutes<Key>& local_routes, ChangeEffect& effect)
    : shared_(shared),
      loc_rib_(loc_rib),
      effect_(effect),
      proposal_(effect.proposal_),
      progress_(effect.progress_[kFamily]),
      exports_(shared, loc_rib, local_routes, effect) {}

// --- The walk: where a limit may keep something out, who would be within it; then the table by
// entries, then our own routes that it does not have yet.

template <class Key>
void EffectWalk<Key>::run(std::size_t max) {
    const auto& table = loc_rib_.table();
    if (progress_.next_counted == 1) begin_counting();
    for (; max && !progress_.counted; --max) {
        if (progress_.next_counted >= table.end())
            end_counting();
        else if (const auto id = progress_.next_counted++; table[id].live)
            count(id);
    }
    if (!progress_.counted) return;
    for (; max && progress_.next < table.end(); --max) {
        const auto id = progress_.next++;
        if (table[id].live) visit(table[id].key(), id);
    }
    const auto& own = effect_.own_[kFamily];
    auto at = progress_.last_own ? own.upper_bound(*progress_.last_own) : own.begin();
    for (; max && at != own.end(); --max, ++at) {
        progress_.last_own = at->first;
        const auto key = Key::of(at->first);
        if (!table.find(key)) visit(key, 0);
    }
    if (progress_.next < table.end() || at != own.end()) return;
    exports_.finish();
    progress_.done = true;
}

template <class Key>
void EffectWalk<Key>::visit(const Key& key, EntryId id) {
    options_.clear();
    candidates_.clear();
    touched_ = false;
    std::vector<Path> own;
    if (id)
        loc_rib_.table().for_each_path(loc_rib_.table()[id], [&](const Path& path) {
            if (path.local())
                own.push_back(path);
            else
                consider_learnt(id, path);
        });
    consider_own(key.prefix(), own);
    progress_.touched |= touched_;
    const auto& decision = decision_.run(candidates_, 1);
    if (!decision.best) return exports_.compare(key, id, nullptr, touched_);
    const auto& best = options_[*decision.best];
    const typename EffectExports<Key>::Best chosen{best.from, attributes_of(best)};
    exports_.compare(key, id, &chosen, touched_);
}

// --- prefix-limit in.

template <class Key>
void EffectWalk<Key>::begin_counting() {
    progress_.intakes.clear();
    for (const auto& from : shared_.neighbors) {
        if (!from || proposal_.gone.contains(from->id)) continue;
        const auto& settings = proposal_.of(*from);
        const auto& limit = settings.limit_in[kFamily];
        if (limit && !imports_the_same(from->settings, settings))
            progress_.intakes.emplace(from->id,
                                      IntakeForecast(limit->max, from->in[kFamily].accepted_now()));
    }
    progress_.counted = progress_.intakes.empty();
}

template <class Key>
void EffectWalk<Key>::count(EntryId id) {
    loc_rib_.table().for_each_path(loc_rib_.table()[id], [&](const Path& path) {
        const auto intake = progress_.intakes.find(path.neighbor);
        if (path.local() || intake == progress_.intakes.end()) return;
        const auto& from = shared_.neighbor(path.neighbor);
        if (!is_counted(from.in[kFamily], path)) return;
        const auto received = shared_.attributes[path.received].unpack();
        const auto result = imported(id, path, received, from, proposal_.of(from));
        intake->second.add(id, path.state == PathState::Accepted,
                           result.state == PathState::Accepted);
    });
}

template <class Key>
void EffectWalk<Key>::end_counting() {
    progress_.counted = true;
    for (auto& [id, intake] : progress_.intakes) {
        const auto action = proposal_.of(shared_.neighbor(id)).limit_in[kFamily]->action;
        if (intake.finish() && action == PrefixLimitIn::Action::Restart) effect_of(id).ends = true;
    }
}

template <class Key>
bool EffectWalk<Key>::is_kept_out(EntryId id, const Path& path, const NeighborState& from) const {
    const auto intake = progress_.intakes.find(from.id);
    if (intake == progress_.intakes.end()) return false;
    return is_counted(from.in[kFamily], path) ? intake->second.keeps_out(id)
                                              : path.state == PathState::LimitExceeded;
}

// --- The paths, as they would be.

template <class Key>
ImportResult EffectWalk<Key>::imported(EntryId id, const Path& path, const PathAttributes& received,
                                       const NeighborState& from,
                                       const RibNeighbor& settings) const {
    const auto key = loc_rib_.table()[id].key();
    const ImportFrom rules{settings, from.peer, shared_.settings.router_id,
                           from.in[kFamily].long_lived_stale(path.generation)};
    const auto state = check_route(check_attributes(rules, received), key);
    return state == PathState::Accepted ? import_route(rules, key.prefix(), received)
                                        : ImportResult{state, {}};
}

template <class Key>
void EffectWalk<Key>::consider_learnt(EntryId id, const Path& path) {
    const auto& from = shared_.neighbor(path.neighbor);
    if (!from.in[kFamily].alive(path.generation)) return;
    if (proposal_.gone.contains(from.id)) {
        const bool counted = path.state == PathState::Accepted;
        touched_ |= counted;
        effect_of(from.id).in.fewer += counted;
        return;
    }
    const auto& settings = proposal_.of(from);
    if (imports_the_same(from.settings, settings))
        keep(path);
    else
        consider_changed(id, path, from, settings);
}

template <class Key>
void EffectWalk<Key>::consider_changed(EntryId id, const Path& path, const NeighborState& from,
                                       const RibNeighbor& settings) {
    const auto received = shared_.attributes[path.received].unpack();
    const auto result = imported(id, path, received, from, settings);
    const bool now = path.state == PathState::Accepted;
    const bool then = result.state == PathState::Accepted && !is_kept_out(id, path, from);
    const auto& with = result.changed ? *result.changed : received;
    const bool same = now && then && shared_.attributes[path.imported].unpack() == with;
    effect_of(from.id).in.add(now, then, same);
    if (same) return keep(path);
    touched_ |= now || then;
    if (!then) return;

    Option option{from.id, kNoAttributes, {}};
    pack(with, option.packed);
    const auto next_hop = next_hop_key(with.next_hop, scope_of(with.next_hop, from.id));
    const auto state = shared_.next_hops.find(next_hop).value_or(NextHopState{true, 0});
    const PackedAttributes packed(option.packed.data());  // stays where it is when moved
    Candidate candidate;
    describe_learnt(candidate, from, settings, packed, state);
    add(std::move(option), candidate);
}

template <class Key>
void EffectWalk<Key>::consider_own(const net::Prefix& prefix, const std::vector<Path>& now) {
    if (!proposal_.local) {
        for (const auto& path : now)
            keep(path);
        return;
    }
    const auto& own = effect_.own_[kFamily];
    const auto found = own.find(prefix);
    if (found == own.end()) {
        touched_ |= !now.empty();
        return;
    }
    touched_ |= found->second.size() != now.size();
    for (const auto& route : found->second) {
        const auto known = std::ranges::find_if(now, is_from(route.source));
        if (known != now.end() &&
            shared_.attributes[known->imported].unpack() == route.attributes) {
            keep(*known);
            continue;
        }
        touched_ = true;
        Option option;
        pack(route.attributes, option.packed);
        Candidate candidate;
        candidate.attributes = PackedAttributes(option.packed.data());
        candidate.source = route.source;
        add(std::move(option), candidate);
    }
}

template <class Key>
void EffectWalk<Key>::keep(const Path& path) {
    add({path.neighbor, path.imported, {}}, loc_rib_.candidate(path));
}

template <class Key>
void EffectWalk<Key>::add(Option option, const Candidate& candidate) {
    options_.push_back(std::move(option));
    candidates_.push_back(candidate);
}

template <class Key>
PackedAttributes EffectWalk<Key>::attributes_of(const Option& option) const {
    if (option.unchanged != kNoAttributes) return shared_.attributes[option.unchanged];
    return PackedAttributes(option.packed.data());
}

template class EffectWalk<Ipv4Key>;
template class EffectWalk<Ipv6Key>;

}  // namespace dx::bgp
