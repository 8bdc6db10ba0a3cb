// What Rib tells of its tables. What concerns one family's table is in route_queries.cpp.
#include <set>

#include "libbgp/rib/rib_core.hpp"
#include "libbgp/rib/route_queries.hpp"

namespace dx::bgp {

namespace {

template <class Key>
RouteQueries<Key> queries(const RibCore& core, const FamilyTables<Key>& tables) {
    return {core.shared, tables.loc_rib};
}

bool is_announced(const AdjRibOut& out, const OutAggregate& aggregate) {
    return aggregate.made && out.sent_to(aggregate.id) == aggregate.made.id();
}

// Entries that are there for aggregates only, and are nobody's route.
template <class Key>
std::size_t entries_of_aggregates(const RibCore& core, const FamilyTables<Key>& tables) {
    std::set<EntryId> found;
    for (const auto* to : core.shared.established) {
        const auto& aggregates = to->out[Key::kFamily].aggregates;
        if (!aggregates) continue;
        for (const auto* those : {&aggregates->all, &aggregates->leaving})
            for (const auto& aggregate : *those)
                if (!tables.loc_rib.table()[aggregate.id].first.exists())
                    found.insert(aggregate.id);
    }
    return found.size();
}

}  // namespace

const ForwardingSet& Rib::forwarding_set(ForwardingSetId id) const {
    return core_->shared.forwarding[id];
}

TableSummary Rib::summary(net::Family family) const {
    const auto& shared = core_->shared;
    TableSummary summary;
    core_->with(family, [&](const auto& tables) {
        const auto& table = tables.loc_rib.table();
        summary.entries = table.size() - entries_of_aggregates(*core_, tables);
        summary.paths = table.paths();
        summary.memory_bytes = table.memory_bytes();
        summary.version = tables.loc_rib.version();
    });
    for (const auto& neighbor : shared.neighbors)
        if (neighbor) summary.memory_bytes += neighbor->out[family].memory_bytes();
    summary.attribute_sets = shared.attributes.size();
    summary.attribute_bytes = shared.attributes.memory_bytes();
    return summary;
}

NeighborCounts Rib::counts(NeighborId id, net::Family family) const {
    const auto& neighbor = core_->shared.neighbor(id);
    const auto total = neighbor.in[family].total();
    const auto& out = neighbor.out[family];
    NeighborCounts counts;
    counts.received = total.received;
    counts.accepted = total.accepted;
    counts.discarded = total.discarded;
    counts.stale = neighbor.in[family].stale_count();
    counts.best = neighbor.in[family].best;
    counts.advertised = out.advertised;
    counts.held_back = static_cast<std::uint32_t>(out.held_back.count());
    counts.aggregated = static_cast<std::uint32_t>(out.represented());
    counts.unsendable = out.unsendable;
    counts.end_of_rib_sent = neighbor.established(family) && !out.end_of_rib_due;
    return counts;
}

std::vector<AggregateView> Rib::aggregates(NeighborId id, net::Family family) const {
    std::vector<AggregateView> views;
    const auto& out = core_->shared.neighbor(id).out[family];
    if (!out.aggregates) return views;
    for (const auto* those : {&out.aggregates->all, &out.aggregates->leaving})
        for (const auto& aggregate : *those)
            views.push_back({aggregate.prefix, is_announced(out, aggregate), aggregate.refused,
                             aggregate.covered()});
    return views;
}

std::optional<RouteView> Rib::find(const net::Prefix& prefix) const {
    return core_->with(prefix.family(), [&](const auto& tables) {
        return queries(*core_, tables).find(key_of(tables, prefix));
    });
}

std::optional<RouteView> Rib::longest_match(const net::IpAddress& address) const {
    const auto host = net::Prefix::host(address);
    return core_->with(host.family(), [&](const auto& tables) {
        return queries(*core_, tables).longest_match(key_of(tables, host));
    });
}

std::optional<Explanation> Rib::explain(const net::Prefix& prefix) const {
    return core_->with(prefix.family(), [&](const auto& tables) {
        return queries(*core_, tables).explain(key_of(tables, prefix));
    });
}

std::optional<net::Prefix> Rib::longest_received(const net::IpAddress& address) const {
    const auto host = net::Prefix::host(address);
    return core_->with(host.family(), [&](const auto& tables) {
        return queries(*core_, tables).longest_received(key_of(tables, host));
    });
}

const RibNeighbor& Rib::settings(NeighborId id) const {
    return core_->shared.neighbor(id).settings;
}

std::optional<ImportTrial> Rib::try_import(const net::Prefix& prefix, NeighborId from,
                                           const RibNeighbor& settings, RouteTrace* trace) const {
    return core_->with(prefix.family(), [&](const auto& tables) {
        return queries(*core_, tables)
            .try_import(core_->shared.neighbor(from), settings, key_of(tables, prefix), trace);
    });
}

ExportTrial Rib::try_export(const net::Prefix& prefix, NeighborId to, const RibNeighbor& settings,
                            RouteTrace* trace) const {
    return core_->with(prefix.family(), [&](const auto& tables) {
        return queries(*core_, tables)
            .try_export(core_->shared.neighbor(to), settings, key_of(tables, prefix), trace);
    });
}

ExportTrial Rib::explain_export(const net::Prefix& prefix, NeighborId to, RouteTrace* trace) const {
    return core_->with(prefix.family(), [&](const auto& tables) {
        return queries(*core_, tables)
            .explain_export(core_->shared.neighbor(to), key_of(tables, prefix), trace);
    });
}

std::optional<PathAttributes> Rib::advertised(NeighborId id, const net::Prefix& prefix) const {
    return core_->with(prefix.family(), [&](const auto& tables) {
        return queries(*core_, tables)
            .advertised(core_->shared.neighbor(id), key_of(tables, prefix));
    });
}

bool Rib::walk(RouteWalk& walk, std::size_t max,
               const std::function<void(const RouteView&)>& visit) const {
    return core_->with(walk.family_, [&](const auto& tables) {
        return queries(*core_, tables).walk(walk, max, visit);
    });
}

}  // namespace dx::bgp
