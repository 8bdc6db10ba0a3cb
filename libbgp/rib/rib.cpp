#include "libbgp/rib/rib.hpp"

#include <algorithm>
#include <utility>

#include "libbgp/rib/exporter.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/rib_core.hpp"
#include "libbgp/rib/route_queries.hpp"

namespace dx::bgp {

namespace {

template <class Key>
struct FamilyTables {
    explicit FamilyTables(RibShared& shared) : loc_rib(shared), exporter(shared, loc_rib) {}

    LocRib<Key> loc_rib;
    Exporter<Key> exporter;
};

bool same(const PolicyPtr& a, const PolicyPtr& b) {
    return a == b || (a && b && *a == *b);
}

bool imports_the_same(const RibNeighbor& a, const RibNeighbor& b) {
    return same(a.import_policy, b.import_policy) && a.import_local_pref == b.import_local_pref &&
           a.allow_own_as == b.allow_own_as && a.role == b.role && a.limit_in == b.limit_in &&
           a.local_as == b.local_as && a.remote_as == b.remote_as;
}

bool exports_the_same(const RibNeighbor& a, const RibNeighbor& b) {
    return same(a.export_policy, b.export_policy) && a.export_communities == b.export_communities &&
           a.next_hop_self == b.next_hop_self && a.role == b.role && a.limit_out == b.limit_out &&
           a.local_as == b.local_as && a.remote_as == b.remote_as;
}

}  // namespace

struct RibCore {
    RibCore(const RibSettings& settings, RibEvents& events) : shared(settings, events) {}

    // Calls `act` with the tables of one family.
    template <class Act>
    auto with(net::Family family, Act act) {
        return family == net::Family::Ipv4 ? act(ipv4) : act(ipv6);
    }

    template <class Act>
    auto with(net::Family family, Act act) const {
        return family == net::Family::Ipv4 ? act(ipv4) : act(ipv6);
    }

    template <class Act>
    void with_both(Act act) {
        act(ipv4);
        act(ipv6);
    }

    // Those of the families that the session carries.
    template <class Act>
    void with_session_of(NeighborState& neighbor, Act act) {
        for (const auto family : kFamilies)
            if (neighbor.established(family)) with(family, act);
    }

    RibShared shared;
    FamilyTables<Ipv4Key> ipv4{shared};
    FamilyTables<Ipv6Key> ipv6{shared};
};

namespace {

template <class Key>
RouteQueries<Key> queries(const RibCore& core, const FamilyTables<Key>& tables) {
    return {core.shared, tables.loc_rib};
}

template <class Key>
Key key_of(const FamilyTables<Key>&, const net::Prefix& prefix) {
    return Key::of(prefix);
}

}  // namespace

Rib::Rib(const RibSettings& settings, RibEvents& events)
    : core_(std::make_unique<RibCore>(settings, events)) {}

Rib::~Rib() = default;

// --- Neighbors.

void Rib::set_neighbor(NeighborId id, const RibNeighbor& settings) {
    auto& neighbors = core_->shared.neighbors;
    if (index_of(id) >= neighbors.size()) neighbors.resize(index_of(id) + 1U);
    auto& place = neighbors[index_of(id)];
    if (!place) {
        place = std::make_unique<NeighborState>();
        place->id = id;
    }
    auto& neighbor = *place;
    const auto before = std::exchange(neighbor.settings, settings);
    core_->with_session_of(neighbor, [&](auto& tables) {
        if (!imports_the_same(before, settings)) tables.loc_rib.import_again(neighbor);
        if (!exports_the_same(before, settings)) tables.exporter.settings_changed(neighbor);
    });
}

void Rib::remove_neighbor(NeighborId id) {
    session_down(id);
    core_->shared.neighbor(id).settings = {};
}

void Rib::set_maximum_paths(std::uint32_t count) {
    if (std::exchange(core_->shared.settings.maximum_paths, count) == count) return;
    core_->with_both([](auto& tables) { tables.loc_rib.decide_all(); });
}

void Rib::session_up(NeighborId id, const RibSession& session) {
    session_down(id);
    auto& neighbor = core_->shared.neighbor(id);
    neighbor.session = session;
    core_->shared.established.push_back(&neighbor);
    core_->with_session_of(neighbor, [&](auto& tables) { tables.exporter.session_up(neighbor); });
}

void Rib::session_down(NeighborId id) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.session) return;
    core_->with_session_of(neighbor, [&](auto& tables) {
        neighbor.in[tables.loc_rib.kFamily].end_session();
        tables.loc_rib.sweep(neighbor);
        tables.exporter.session_down(neighbor);
    });
    std::erase(core_->shared.established, &neighbor);
    neighbor.session.reset();
    neighbor.announced_output = false;
}

// --- From the peer.

void Rib::update(NeighborId id, const Update& update, RouteTime now) {
    auto& neighbor = core_->shared.neighbor(id);
    const auto withdraw = [&](const NlriView& prefixes) {
        if (prefixes.empty() || !neighbor.established(prefixes.family())) return;
        core_->with(prefixes.family(),
                    [&](auto& tables) { tables.loc_rib.withdraw(neighbor, prefixes); });
    };
    const auto announce = [&](const NlriView& prefixes, const PathAttributes& attributes) {
        if (update.treat_as_withdraw) return withdraw(prefixes);
        if (prefixes.empty() || !neighbor.established(prefixes.family())) return;
        core_->with(prefixes.family(), [&](auto& tables) {
            tables.loc_rib.announce(neighbor, prefixes, attributes, now);
        });
    };
    withdraw(update.withdrawn);
    withdraw(update.mp_withdrawn);
    announce(update.announced, update.attributes);
    if (!update.mp_announced.empty()) {
        auto attributes = update.attributes;
        if (update.mp_next_hop) attributes.next_hop = *update.mp_next_hop;
        announce(update.mp_announced, attributes);
    }
    if (update.end_of_rib && neighbor.established(*update.end_of_rib))
        core_->shared.events.end_of_rib_received(id, *update.end_of_rib);
}

void Rib::refresh_requested(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.established(family)) return;
    core_->with(family, [&](auto& tables) { tables.exporter.refresh(neighbor); });
}

void Rib::refresh_begins(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    if (neighbor.established(family)) neighbor.in[family].begin_refresh();
}

void Rib::refresh_ends(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.established(family) || !neighbor.in[family].end_refresh()) return;
    core_->with(family, [&](auto& tables) { tables.loc_rib.sweep(neighbor); });
}

// --- From the operator.

void Rib::soft_in(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.established(family)) return;
    core_->with(family, [&](auto& tables) { tables.loc_rib.import_again(neighbor); });
}

void Rib::soft_out(NeighborId id, net::Family family) {
    refresh_requested(id, family);
}

// --- Routes of our own.

void Rib::originate(const LocalRoute& route, RouteTime now) {
    PathAttributes attributes;
    attributes.next_hop.address = net::IpAddress::any(route.prefix.family());
    attributes.origin = route.source == LocalSource::Network ? Origin::Igp : Origin::Incomplete;
    attributes.med = route.med;
    std::optional<PathAttributes> accepted = std::move(attributes);
    if (route.policy) {
        auto verdict = route.policy->evaluate({route.prefix, *accepted, std::nullopt});
        if (!verdict.accepted)
            accepted.reset();
        else if (verdict.changed)
            accepted = std::move(verdict.changed);
    }
    core_->with(route.prefix.family(), [&](auto& tables) {
        if (tables.loc_rib.originate(route, accepted, now))
            for (auto* neighbor : core_->shared.established)
                tables.exporter.order_changed(*neighbor);
    });
}

void Rib::withdraw(LocalSource source, const net::Prefix& prefix) {
    core_->with(prefix.family(), [&](auto& tables) {
        tables.loc_rib.withdraw_local(source, key_of(tables, prefix));
    });
}

// --- From forwarding.

void Rib::next_hop_changed(const NextHopKey& next_hop, const NextHopState& state) {
    const auto changed = core_->shared.next_hops.change(next_hop, state);
    if (changed == kNoNextHop) return;
    core_->with_both([&](auto& tables) { tables.loc_rib.next_hop_changed(changed); });
}

// --- Work.

bool Rib::run_slice(std::size_t budget) {
    core_->with_both([&](auto& tables) {
        budget = tables.loc_rib.run(budget);
        budget = tables.exporter.run(budget);
    });
    return has_work();
}

bool Rib::has_work() const {
    const auto busy = [](const auto& tables) {
        return tables.loc_rib.has_work() || tables.exporter.has_work();
    };
    return busy(core_->ipv4) || busy(core_->ipv6);
}

bool Rib::fill(NeighborId id, Buffer& out, std::size_t max_bytes) {
    auto& neighbor = core_->shared.neighbor(id);
    const auto end = out.size() + max_bytes;
    core_->with_session_of(neighbor,
                           [&](auto& tables) { tables.exporter.fill(neighbor, out, end); });
    const bool more = has_output(id);
    if (!more) neighbor.announced_output = false;
    return more;
}

bool Rib::has_output(NeighborId id) const {
    const auto& neighbor = core_->shared.neighbor(id);
    return std::ranges::any_of(kFamilies, [&](net::Family family) {
        return neighbor.established(family) && !neighbor.out[family].idle();
    });
}

// --- Queries.

const ForwardingSet& Rib::forwarding_set(ForwardingSetId id) const {
    return core_->shared.forwarding[id];
}

TableSummary Rib::summary(net::Family family) const {
    const auto& shared = core_->shared;
    TableSummary summary;
    core_->with(family, [&](const auto& tables) {
        const auto& table = tables.loc_rib.table();
        summary.entries = table.size();
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
    return {total.received,  total.accepted,
            total.discarded, neighbor.in[family].best,
            out.advertised,  static_cast<std::uint32_t>(out.held_back.count()),
            out.unsendable};
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

const PathAttributes* Rib::advertised(NeighborId id, const net::Prefix& prefix) const {
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
