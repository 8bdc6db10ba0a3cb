#include "libbgp/rib/rib.hpp"

#include <algorithm>
#include <utility>

#include "libbgp/rib/rib_core.hpp"

namespace dx::bgp {

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
    if (neighbor.session) core_->shared.regroup(neighbor);
    core_->with_both([&](auto& tables) {
        const auto family = tables.kFamily;
        if (before.limit_in[family] != settings.limit_in[family])
            neighbor.in[family].forget_limit_reports();
        if (neighbor.has_paths(family) && !imports_the_same(before, settings))
            tables.tasks.import_again(neighbor);
    });
    core_->with_session_of(neighbor, [&](auto& tables) {
        if (!exports_the_same(before, settings)) tables.exporter.settings_changed(neighbor);
        const auto family = tables.loc_rib.kFamily;
        const auto& old = before.limit_out[family];
        const auto& now = settings.limit_out[family];
        if (old == now) return;
        neighbor.out[family].near_reported = false;
    });
}

void Rib::remove_neighbor(NeighborId id) {
    session_down(id);
    auto& neighbor = core_->shared.neighbor(id);
    for (const auto family : kFamilies) {
        drop_stale(id, family);
        neighbor.out[family].full_at.reset();
    }
    neighbor.settings = {};
}

void Rib::set_maximum_paths(std::uint32_t count) {
    if (std::exchange(core_->shared.settings.maximum_paths, count) == count) return;
    core_->with_both([](auto& tables) { tables.tasks.decide_all(); });
}

void Rib::session_up(NeighborId id, const RibSession& session) {
    session_down(id);
    auto& neighbor = core_->shared.neighbor(id);
    neighbor.session = neighbor.peer = session;
    core_->shared.update_groups.source_changed();
    core_->shared.regroup(neighbor);
    core_->shared.established.push_back(&neighbor);
    core_->with_session_of(neighbor, [&](auto& tables) { tables.exporter.session_up(neighbor); });
}

void Rib::session_down(NeighborId id, Families kept) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.session) return;
    core_->with_session_of(neighbor, [&](auto& tables) {
        auto& inbound = neighbor.in[tables.kFamily];
        tables.exporter.session_down(neighbor);
        if (kept.contains(tables.kFamily)) {
            tables.tasks.merge_generations(neighbor);
            if (!inbound.begin_restart()) return;
        } else {
            inbound.end_session();
        }
        if (inbound.long_lived()) tables.tasks.import_again(neighbor);
        tables.tasks.sweep(neighbor);
    });
    std::erase(core_->shared.established, &neighbor);
    neighbor.session.reset();
    neighbor.group.reset();
    neighbor.announced_output = neighbor.wants_turn = false;
}

void Rib::drop_stale(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.in[family].end_restart()) return;
    core_->with(family, [&](auto& tables) { tables.tasks.sweep(neighbor); });
}

void Rib::long_lived_stale(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    neighbor.in[family].begin_long_lived();
    core_->with(family, [&](auto& tables) { tables.tasks.import_again(neighbor); });
}

void Rib::hold(net::Family family) {
    core_->shared.held.insert(family);
    core_->shared.unsent.insert(family);
}

void Rib::release(net::Family family) {
    core_->shared.held.erase(family);
    core_->with(family, [](auto& tables) { tables.send_if_decided(); });
}

// --- From the peer.

void Rib::update(NeighborId id, const Update& update, RouteTime now) {
    auto& neighbor = core_->shared.neighbor(id);
    const auto withdraw = [&](const NlriView& prefixes) {
        if (prefixes.empty() || !neighbor.established(prefixes.family())) return;
        core_->with(prefixes.family(), [&](auto& tables) {
            tables.adj_rib_in.withdraw(neighbor, prefixes);
            tables.tasks.refill(neighbor);
        });
    };
    const auto announce = [&](const NlriView& prefixes, const PathAttributes& attributes) {
        if (update.treat_as_withdraw) return withdraw(prefixes);
        if (prefixes.empty() || !neighbor.established(prefixes.family())) return;
        core_->with(prefixes.family(), [&](auto& tables) {
            tables.adj_rib_in.announce(neighbor, prefixes, attributes, now);
            tables.tasks.refill(neighbor);
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
    if (!update.end_of_rib || !neighbor.established(*update.end_of_rib)) return;
    drop_stale(id, *update.end_of_rib);
    core_->shared.events.end_of_rib_received(id, *update.end_of_rib);
}

void Rib::fetch_ahead(const UpdateLayout& update) const {
    for (const auto* prefixes : {&update.withdrawn, &update.announced})
        core_->with(prefixes->family(),
                    [&](const auto& tables) { tables.adj_rib_in.fetch_ahead(*prefixes); });
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
    core_->with(family, [&](auto& tables) { tables.tasks.sweep(neighbor); });
}

// --- From the operator.

void Rib::soft_in(NeighborId id, net::Family family) {
    auto& neighbor = core_->shared.neighbor(id);
    if (!neighbor.has_paths(family)) return;
    core_->with(family, [&](auto& tables) { tables.tasks.import_again(neighbor); });
}

void Rib::soft_out(NeighborId id, net::Family family) {
    refresh_requested(id, family);
}

// --- Routes of our own.

void Rib::originate(const LocalRoute& route, RouteTime now) {
    const auto accepted = attributes_of(route);
    core_->with(route.prefix.family(), [&](auto& tables) {
        if (tables.local_routes.originate(route, accepted, now)) tables.order_changed();
    });
}

void Rib::withdraw(LocalSource source, const net::Prefix& prefix) {
    core_->with(prefix.family(), [&](auto& tables) {
        if (tables.local_routes.withdraw(source, key_of(tables, prefix))) tables.order_changed();
    });
}

// --- From forwarding.

void Rib::next_hop_changed(const NextHopKey& next_hop, const NextHopState& state) {
    const auto changed = core_->shared.next_hops.change(next_hop, state);
    if (changed == kNoNextHop) return;
    core_->with_both([&](auto& tables) { tables.tasks.next_hop_changed(changed); });
}

// --- Work.

bool Rib::run_slice(std::size_t budget) {
    auto& shared = core_->shared;
    for (auto* neighbor : shared.established)
        if (std::exchange(neighbor->wants_turn, false)) shared.output_pending(*neighbor);
    const auto least = budget / 4;  // for the second family, however busy the first one is
    core_->with_both([&](auto& tables) { budget = tables.run(std::max(budget, least)); });
    return has_work();
}

std::size_t Rib::undecided() const {
    std::size_t count = 0;
    core_->with_both([&](const auto& tables) {
        if (!tables.held()) count += tables.loc_rib.undecided();
    });
    return count;
}

bool Rib::has_work() const {
    return core_->ipv4.has_work() || core_->ipv6.has_work() ||
           std::ranges::any_of(core_->shared.established, &NeighborState::wants_turn);
}

bool Rib::fill(NeighborId id, Buffer& out, std::size_t max_bytes) {
    auto& neighbor = core_->shared.neighbor(id);
    const auto begin = out.size();
    core_->with_session_of(neighbor, [&](auto& tables) {
        if (!tables.unsent()) tables.exporter.fill(neighbor, out, begin + max_bytes);
    });
    const bool more = has_output(id);
    neighbor.wants_turn = more && out.size() == begin;
    if (!more || neighbor.wants_turn) neighbor.announced_output = false;
    return more;
}

bool Rib::has_output(NeighborId id) const {
    const auto& neighbor = core_->shared.neighbor(id);
    return std::ranges::any_of(kFamilies, [&](net::Family family) {
        return neighbor.established(family) && !core_->shared.unsent.contains(family) &&
               neighbor.out[family].has_output();
    });
}

}  // namespace dx::bgp
