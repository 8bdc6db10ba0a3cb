#include "libbgp/rib/effect_exports.hpp"

#include "libbgp/rib/loc_rib.hpp"

namespace dx::bgp {

template <class Key>
EffectExports<Key>::EffectExports(const RibShared& shared, const LocRib<Key>& loc_rib,
                                  const LocalRoutes<Key>& local_routes, ChangeEffect& effect)
    : shared_(shared),
      loc_rib_(loc_rib),
      local_routes_(local_routes),
      effect_(effect),
      proposal_(effect.proposal_),
      progress_(effect.progress_[kFamily]) {
    for (const auto* neighbor : shared.established) {
        if (!neighbor->established(kFamily)) continue;
        const auto& settings = proposal_.of(*neighbor);
        receivers_.push_back({neighbor, &settings, export_rules(settings, *neighbor->session),
                              proposal_.gone.contains(neighbor->id),
                              exports_the_same(neighbor->settings, settings)});
    }
}

template <class Key>
ExportSource EffectExports<Key>::source_of(NeighborId id) const {
    auto source = shared_.source_of(id);
    if (id != kLocalRoutes) source.neighbor = &proposal_.of(shared_.neighbor(id));
    return source;
}

template <class Key>
void EffectExports<Key>::compare(const Key& key, EntryId id, const Best* best, bool touched) {
    for (const auto& to : receivers_)
        count(to, key, outcome(to, key, id, best, touched));
}

template <class Key>
bool EffectExports<Key>::has_aggregates(const Receiver& to) {
    const auto& limit = to.settings->limit_out[kFamily];
    return to.neighbor->out[kFamily].aggregates || (limit && !limit->aggregates.empty());
}

template <class Key>
typename EffectExports<Key>::Outcome EffectExports<Key>::outcome(const Receiver& to, const Key& key,
                                                                 EntryId id, const Best* best,
                                                                 bool touched) const {
    const auto& out = to.neighbor->out[kFamily];
    const auto sent = id ? out.sent_to(id) : kNoAttributes;
    Outcome outcome{.sent = sent != kNoAttributes};
    if (to.gone) return outcome;
    if (!touched && to.same_rules && !has_aggregates(to)) {
        outcome.wanted = outcome.sent || out.held_back.test(id) || out.granted.test(id);
        outcome.same = true;
    } else if (best) {
        const auto made = exported(to, key, *best);
        outcome.wanted = made.has_value();
        outcome.same = made && outcome.sent && shared_.attributes[sent].unpack() == *made;
        if (made) outcome.origin = made->origin;
    }
    return outcome;
}

template <class Key>
std::optional<PathAttributes> EffectExports<Key>::exported(const Receiver& to, const Key& key,
                                                           const Best& best) const {
    const auto prefix = key.prefix();
    ExportRoute route{.prefix = prefix, .attributes = best.attributes.unpack(), .from_address = {}};
    tell_source(source_of(best.from), route);
    return exported(to, std::move(route), best.from);
}

template <class Key>
std::optional<PathAttributes> EffectExports<Key>::exported(const Receiver& to, ExportRoute route,
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
void EffectExports<Key>::count(const Receiver& to, const Key& key, const Outcome& outcome) {
    const auto id = to.neighbor->id;
    if (to.gone) return effect_of(id).out.add(outcome.sent, false, false);
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
std::uint32_t EffectExports<Key>::configured_rank(const Key& key) const {
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
void EffectExports<Key>::finish() {
    for (const auto& [id, places] : progress_.places)
        for (const auto& one : places)
            effect_of(id).out.add(one.sent, true, one.same);
    progress_.places.clear();
    for (const auto& to : receivers_)
        finish_aggregates(to);
    progress_.forecasts.clear();
}

// --- Where aggregates stand in for routes, or would.

template <class Key>
OutForecast& EffectExports<Key>::forecast_for(const Receiver& to) {
    const auto& now = to.neighbor->out[kFamily].aggregates;
    return progress_.forecasts
        .try_emplace(to.neighbor->id, *to.settings->limit_out[kFamily], now && now->in_use)
        .first->second;
}

// Whether aggregates are in use may change on the way, even where as many are wanted at the end as
// before; not where nothing is touched.
template <class Key>
void EffectExports<Key>::finish_aggregates(const Receiver& to) {
    const auto& limit = to.settings->limit_out[kFamily];
    if (to.gone || !limit || limit->aggregates.empty()) return;
    auto& effect = effect_of(to.neighbor->id);
    const auto& forecast = forecast_for(to);
    effect.out += forecast.result(
        [&](const net::Prefix& aggregate, Origin origin) { return made(to, aggregate, origin); });
    const bool touched =
        progress_.touched || !to.same_rules || to.neighbor->settings.limit_out[kFamily] != limit;
    effect.certain = forecast.certain() || !touched;
}

template <class Key>
OutForecast::Made EffectExports<Key>::made(const Receiver& to, const net::Prefix& aggregate,
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

template class EffectExports<Ipv4Key>;
template class EffectExports<Ipv6Key>;

}  // namespace dx::bgp
