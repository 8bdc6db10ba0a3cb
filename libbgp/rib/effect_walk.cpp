#include "libbgp/rib/effect_walk.hpp"

#include <algorithm>

#include "libbgp/rib/import_rules.hpp"

namespace dx::bgp {

template <class Key>
EffectWalk<Key>::EffectWalk(const RibShared& shared, const LocRib<Key>& loc_rib,
                            const LocalRoutes<Key>& local_routes, ChangeEffect& effect)
    : shared_(shared),
      loc_rib_(loc_rib),
      local_routes_(local_routes),
      effect_(effect),
      proposal_(effect.proposal_),
      progress_(effect.progress_[kFamily]) {
    for (const auto& neighbor : shared.neighbors)
        if (neighbor)
            sources_changed_ |=
                neighbor->settings.within_horizon != settings_of(*neighbor).within_horizon;
    for (const auto* neighbor : shared.established) {
        if (!neighbor->established(kFamily)) continue;
        const auto& settings = settings_of(*neighbor);
        receivers_.push_back({neighbor, &settings, export_rules(settings, *neighbor->session),
                              proposal_.gone.contains(neighbor->id),
                              exports_the_same(neighbor->settings, settings)});
    }
}

template <class Key>
const RibNeighbor& EffectWalk<Key>::settings_of(const NeighborState& neighbor) const {
    const auto found = proposal_.settings.find(neighbor.id);
    return found == proposal_.settings.end() ? neighbor.settings : found->second;
}

template <class Key>
ExportSource EffectWalk<Key>::source_of(NeighborId id) const {
    auto source = shared_.source_of(id);
    if (id != kLocalRoutes) source.neighbor = &settings_of(shared_.neighbor(id));
    return source;
}

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
    if (progress_.next >= table.end() && at == own.end()) finish();
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
    compare_exports(key, id);
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
    const auto& settings = settings_of(from);
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
    add(std::move(option), learnt_candidate(from, settings, packed, state));
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

// --- What the neighbors would be sent.

template <class Key>
void EffectWalk<Key>::compare_exports(const Key& key, EntryId id) {
    const auto& decision = decision_.run(candidates_, 1);
    const auto* best = decision.best ? &options_[*decision.best] : nullptr;
    for (const auto& to : receivers_)
        compare_export(to, key, id, best);
}

template <class Key>
bool EffectWalk<Key>::has_aggregates(const Receiver& to) {
    const auto& limit = to.settings->limit_out[kFamily];
    return to.neighbor->out[kFamily].aggregates || (limit && !limit->aggregates.empty());
}

template <class Key>
void EffectWalk<Key>::compare_export(const Receiver& to, const Key& key, EntryId id,
                                     const Option* best) {
    const auto& out = to.neighbor->out[kFamily];
    const auto sent = id ? out.sent_to(id) : kNoAttributes;
    const bool now = sent != kNoAttributes;
    if (to.gone) return effect_of(to.neighbor->id).out.add(now, false, false);

    Outcome outcome{.sent = now};
    if (!touched_ && to.same_rules && !sources_changed_ && !has_aggregates(to)) {
        outcome.wanted = now || out.held_back.test(id) || out.granted.test(id);
        outcome.same = true;
    } else if (best) {
        const auto made = exported(to, key, *best);
        outcome.wanted = made.has_value();
        outcome.same = made && now && shared_.attributes[sent].unpack() == *made;
        if (made) outcome.origin = made->origin;
    }
    count_out(to, key, outcome);
}

template <class Key>
std::optional<PathAttributes> EffectWalk<Key>::exported(const Receiver& to, const Key& key,
                                                        const Option& best) const {
    const auto prefix = key.prefix();
    ExportRoute route{
        .prefix = prefix, .attributes = attributes_of(best).unpack(), .from_address = {}};
    tell_source(source_of(best.from), route);
    return exported(to, std::move(route), best.from);
}

template <class Key>
std::optional<PathAttributes> EffectWalk<Key>::exported(const Receiver& to, ExportRoute route,
                                                        NeighborId from) const {
    auto result = export_route(std::move(route), to.rules);
    if (!result.attributes) return std::nullopt;
    std::vector<std::uint32_t> packed;
    pack(*result.attributes, packed);
    const ExportTo target{to.neighbor->id, *to.settings, *to.neighbor->session};
    const auto refused = refused_to(target, kFamily, from, PackedAttributes(packed.data()));
    if (refused != ExportState::Accepted) return std::nullopt;
    return std::move(result.attributes);
}

template <class Key>
void EffectWalk<Key>::count_out(const Receiver& to, const Key& key, const Outcome& outcome) {
    const auto id = to.neighbor->id;
    const auto& limit = to.settings->limit_out[kFamily];
    const auto rank =
        limit ? out_rank(limit->order, key.prefix(), configured_rank(key)) : OutRank();
    if (limit && !limit->aggregates.empty())
        return forecast_for(to).add(
            {rank, outcome.origin, outcome.wanted, outcome.sent, outcome.same});
    if (!limit || !outcome.wanted)
        return effect_of(id).out.add(outcome.sent, outcome.wanted, outcome.same);
    auto& places = progress_.places[id];
    places.insert({rank, outcome.sent, outcome.same});
    if (places.size() <= limit->max) return;
    const auto last = std::prev(places.end());
    effect_of(id).out.add(last->sent, false, false);
    places.erase(last);
}

template <class Key>
std::uint32_t EffectWalk<Key>::configured_rank(const Key& key) const {
    if (!proposal_.local) return local_routes_.configured_rank(key);
    const auto& own = effect_.own_[kFamily];
    const auto found = own.find(key.prefix());
    auto rank = UINT32_MAX;
    if (found == own.end()) return rank;
    for (const auto& route : found->second)
        if (route.source == LocalSource::Network) rank = route.rank;
    return rank;
}

// Those who are left have places.
template <class Key>
void EffectWalk<Key>::finish() {
    for (const auto& [id, places] : progress_.places)
        for (const auto& one : places)
            effect_of(id).out.add(one.sent, true, one.same);
    progress_.places.clear();
    for (const auto& to : receivers_)
        finish_aggregates(to);
    progress_.forecasts.clear();
    progress_.done = true;
}

// --- Where aggregates stand in for routes, or would.

template <class Key>
OutForecast& EffectWalk<Key>::forecast_for(const Receiver& to) {
    const auto& now = to.neighbor->out[kFamily].aggregates;
    return progress_.forecasts
        .try_emplace(to.neighbor->id, *to.settings->limit_out[kFamily], now && now->in_use)
        .first->second;
}

// An aggregate that was sent may have no route of its own prefix, so that the walk did not see it.
template <class Key>
void EffectWalk<Key>::finish_aggregates(const Receiver& to) {
    const auto& out = to.neighbor->out[kFamily];
    const auto& limit = to.settings->limit_out[kFamily];
    auto& effect = effect_of(to.neighbor->id);
    const bool foreseen = !to.gone && limit && !limit->aggregates.empty();
    if (out.aggregates)
        for (const auto* those : {&out.aggregates->all, &out.aggregates->leaving})
            for (const auto& aggregate : *those) {
                const bool sent = out.sent_to(aggregate.id) != kNoAttributes;
                if (!sent || loc_rib_.table()[aggregate.id].live) continue;
                if (foreseen)
                    forecast_for(to).add(
                        {.rank = out_rank(limit->order, aggregate.prefix, UINT32_MAX),
                         .sent = true});
                else
                    effect.out.add(true, false, false);
            }
    if (!foreseen) return;
    const auto& forecast = forecast_for(to);
    effect.out += forecast.result(
        [&](const net::Prefix& aggregate, Origin origin) { return made(to, aggregate, origin); });
    effect.certain = forecast.certain() || effect.out.none();
}

template <class Key>
OutForecast::Made EffectWalk<Key>::made(const Receiver& to, const net::Prefix& aggregate,
                                        Origin origin) const {
    const auto made = exported(
        to,
        route_of_aggregate(aggregate, origin, to.settings->local_as, shared_.settings.router_id),
        kLocalRoutes);
    const auto& out = to.neighbor->out[kFamily];
    const auto id = loc_rib_.table().find(Key::of(aggregate));
    const auto sent = id ? out.sent_to(id) : kNoAttributes;
    const bool same = made && sent != kNoAttributes && shared_.attributes[sent].unpack() == *made;
    return {made.has_value(), same};
}

template class EffectWalk<Ipv4Key>;
template class EffectWalk<Ipv6Key>;

}  // namespace dx::bgp
