#include "libbgp/rib/effect_walk.hpp"

#include <algorithm>

#include "libbgp/rib/import_rules.hpp"

namespace dx::bgp {

template <class Key>
EffectWalk<Key>::EffectWalk(const RibShared& shared, const LocRib<Key>& loc_rib,
                            const LocalRoutes<Key>& local_routes, ChangeEffect& effect)
    : shared_(shared),
      loc_rib_(loc_rib),
      effect_(effect),
      proposal_(effect.proposal_),
      progress_(effect.progress_[kFamily]),
      exports_(shared, loc_rib, local_routes, effect) {}

// --- The walk: the table by entries, then our own routes that it does not have yet.

template <class Key>
void EffectWalk<Key>::run(std::size_t max) {
    const auto& table = loc_rib_.table();
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
                consider_learnt(key, path);
        });
    consider_own(key.prefix(), own);
    progress_.touched |= touched_;
    const auto& decision = decision_.run(candidates_, 1);
    if (!decision.best) return exports_.compare(key, id, nullptr, touched_);
    const auto& best = options_[*decision.best];
    const typename EffectExports<Key>::Best chosen{best.from, attributes_of(best)};
    exports_.compare(key, id, &chosen, touched_);
}

// --- The paths, as they would be.

template <class Key>
void EffectWalk<Key>::consider_learnt(const Key& key, const Path& path) {
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
        consider_changed(key, path, from, settings);
}

template <class Key>
void EffectWalk<Key>::consider_changed(const Key& key, const Path& path, const NeighborState& from,
                                       const RibNeighbor& settings) {
    const auto received = shared_.attributes[path.received].unpack();
    const ImportFrom rules{settings, from.peer, shared_.settings.router_id,
                           from.in[kFamily].long_lived_stale(path.generation)};
    ImportResult result{check_route(check_attributes(rules, received), key), {}};
    if (result.state == PathState::Accepted) result = import_route(rules, key.prefix(), received);
    const bool over_limit = path.state == PathState::LimitExceeded;
    const bool now = path.state == PathState::Accepted;
    const bool then = result.state == PathState::Accepted && !over_limit;
    const auto& imported = result.changed ? *result.changed : received;
    const bool same = now && then && shared_.attributes[path.imported].unpack() == imported;
    effect_of(from.id).in.add(now, then, same);
    if (same) return keep(path);
    touched_ |= now || then;
    if (!then) return;

    Option option{from.id, kNoAttributes, {}};
    pack(imported, option.packed);
    const auto next_hop = next_hop_key(imported.next_hop, scope_of(imported.next_hop, from.id));
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
