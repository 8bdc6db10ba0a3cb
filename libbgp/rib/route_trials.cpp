// The part of RouteQueries that asks import and export once more, for one route and maybe under
// other settings. What the rules need is put together as AdjRibIn and Exporter do.
#include "libbgp/rib/import_rules.hpp"
#include "libbgp/rib/route_queries.hpp"

namespace dx::bgp {

template <class Key>
std::optional<ImportTrial> RouteQueries<Key>::try_import(const NeighborState& from,
                                                         const RibNeighbor& settings,
                                                         const Key& key, RouteTrace* trace) const {
    const auto& table = loc_rib_.table();
    const Path* path = nullptr;
    if (const auto id = table.find(key))
        table.for_each_path(table[id], [&](const Path& one) {
            if (one.neighbor == from.id) path = &one;
        });
    const auto& inbound = from.in[Key::kFamily];
    if (!path || !inbound.alive(path->generation)) return std::nullopt;

    const auto now = path_view(*path);
    const ImportFrom rules{settings, from.peer, shared_.settings.router_id,
                           inbound.long_lived_stale(path->generation)};
    ImportResult result{check_route(check_attributes(rules, *now.received), key), {}};
    if (result.state == PathState::Accepted)
        result = import_route(rules, key.prefix(), *now.received, trace);
    ImportTrial trial{result.state, result.rule, now.received, {}, now.state, now.imported};
    if (result.state == PathState::Accepted)
        trial.imported = result.changed ? std::move(result.changed) : *now.received;
    return trial;
}

template <class Key>
const Path* RouteQueries<Key>::best_of(EntryId id) const {
    if (!id) return nullptr;
    const auto& entry = loc_rib_.table()[id];
    return entry.first.role == PathRole::Best ? &entry.first : nullptr;
}

template <class Key>
ExportTrial RouteQueries<Key>::try_export(const NeighborState& to, const RibNeighbor& settings,
                                          const Key& key, RouteTrace* trace) const {
    ExportTrial trial;
    const auto* best = best_of(loc_rib_.table().find(key));
    trial.state = ExportState::NoBestPath;
    if (!best) return trial;
    trial.from = best->neighbor;
    trial.best = shared_.attributes[best->imported].unpack();
    trial.state = ExportState::LearntFromIt;  // whatever else there may be to say
    if (best->neighbor == to.id) return trial;

    const auto prefix = key.prefix();
    ExportRoute route{.prefix = prefix, .attributes = *trial.best, .from_address = {}};
    tell_source(shared_.source_of(trial.from), route);
    auto result = export_route(std::move(route), export_rules(settings, to.peer), trace);
    trial.rule = result.rule;
    trial.state = result.state;
    if (result.state != ExportState::Accepted) return trial;
    std::vector<std::uint32_t> packed;
    pack(*result.attributes, packed);
    trial.state = refused_to({to.id, settings, to.peer}, Key::kFamily, trial.from,
                             PackedAttributes(packed.data()));
    const auto next_hop = next_hop_on(to.peer, Key::kFamily, result.attributes->next_hop);
    // Before the first session nobody knows which address of ours it will use.
    if (trial.state == ExportState::NoNextHop && !to.session) trial.state = ExportState::Accepted;
    if (trial.state != ExportState::Accepted) return trial;
    trial.exported = std::move(result.attributes);
    if (next_hop) trial.exported->next_hop = *next_hop;
    return trial;
}

template <class Key>
ExportTrial RouteQueries<Key>::explain_export(const NeighborState& to, const Key& key,
                                              RouteTrace* trace) const {
    if (!to.session) return {.state = ExportState::NotEstablished};
    if (!to.established(Key::kFamily)) return {.state = ExportState::FamilyNotNegotiated};
    if (shared_.unsent.contains(Key::kFamily)) return {.state = ExportState::Deferred};

    auto trial = try_export(to, to.settings, key, trace);
    const auto id = loc_rib_.table().find(key);
    const auto& out = to.out[Key::kFamily];
    trial.waiting = id && (out.pending.test(id) || out.granted.test(id));
    const auto sent = out.sent_to(id);
    const auto* own = id && out.aggregates ? out.aggregates->with(id) : nullptr;
    // An aggregate of ours, whatever becomes of a route for its prefix.
    if (own != nullptr && own->made && sent == own->made.id() && !trial.waiting)
        trial.state = ExportState::Accepted;
    if (trial.state != ExportState::Accepted || sent != kNoAttributes) return trial;
    if (out.held_back.test(id) || (own != nullptr && own->waits))
        trial.state = ExportState::HeldBack;
    else if (out.aggregates && out.aggregates->represented.test(id))
        trial.state = ExportState::Aggregated;
    // It was to be sent and is neither sent nor on its way.
    else if (!trial.waiting)
        trial.state = ExportState::DoesNotFit;
    return trial;
}

template class RouteQueries<Ipv4Key>;
template class RouteQueries<Ipv6Key>;

}  // namespace dx::bgp
