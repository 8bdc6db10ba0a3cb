// What is wanted: routes of every source, static routes, connected networks, neighbors.
#include "libfib/fib/fib.hpp"

#include <algorithm>

namespace dx::fib {

namespace flag = route_flag;

Fib::Fib(const FibConfig& config, TimePoint now)
    : config_(config),
      start_(now),
      now_(now),
      groups_(config.bgp_protocol, now),
      table_([this](const net::Prefix& prefix, const Candidate& candidate) {
          return use_of(prefix, candidate);
      }),
      next_hops_(interfaces_, table_, vetoes_,
                 [this](ForwardingId id) -> const Forwarding& { return groups_[id].identity; }) {}

void Fib::configure(const FibConfig& config, TimePoint now) {
    now_ = now;
    const auto old = std::exchange(config_, config);
    config_.bgp_protocol = old.bgp_protocol;
    config_.static_protocol = old.static_protocol;
    config_.former_metrics = old.former_metrics;
    if (config_ == old) return;
    if (old.metric != config.metric) move_metric(old.metric);
    refresh_sources();
    enqueue_all();
    settle(now);
}

// A route is known to the kernel by its metric too: the ones under the old metric go after the new
// ones have come.
void Fib::move_metric(std::uint32_t old_metric) {
    auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        if (!entries[id].has(flag::kPresent | flag::kUnknown)) return;
        const auto old_protocol = protocol(entries[id].has(flag::kStaticProtocol));
        cleanups_.push_back({entries.prefix(id), old_protocol, old_metric});
        change_installed(id, [](RouteEntry& entry) {
            entry.set(flag::kPresent | flag::kUnknown | flag::kStale, false);
            entry.installed = kNoForwarding;
        });
    });
}

void Fib::enqueue_all() {
    table_.entries().for_each([&](PrefixId id) { enqueue(id); });
}

void Fib::apply(const RouteBatch& batch, TimePoint now) {
    constexpr std::size_t kAhead = 8;  // changes whose entries are on their way into the cache
    now_ = now;
    groups_.set_time(now);
    std::vector<ForwardingId> ids;
    ids.reserve(batch.forwardings.size());
    for (const auto& forwarding : batch.forwardings)
        ids.push_back(intern(forwarding));
    const auto since = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now - start_).count());
    const auto& changes = batch.changes;
    bool any_gone = false;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (i + 2 * kAhead < changes.size())
            table_.entries().prefetch(changes[i + 2 * kAhead].prefix);
        if (i + kAhead < changes.size())
            table_.entries().prefetch_entry(changes[i + kAhead].prefix);
        const auto& change = changes[i];
        const bool gone = change.forwarding == RouteBatch::kWithdrawn;
        Candidate candidate{kNoForwarding, since, change.source, change.distance};
        any_gone |= gone;
        if (gone) {
            remove_candidate(change.prefix, candidate);
        } else {
            candidate.forwarding = ids[change.forwarding];
            set_candidate(change.prefix, candidate);
        }
    }
    if (any_gone) hold_.withdrawn(now);
    settle(now);
}

ForwardingId Fib::intern(const Forwarding& forwarding) {
    const auto [id, made] = groups_.intern(forwarding);
    if (!made) return id;
    for (const auto* next_hops : {&forwarding.best, &forwarding.backup})
        for (const auto& next_hop : *next_hops)
            if (next_hop.gateway) next_hops_.hold({*next_hop.gateway, next_hop.interface});
    refresh_group(id);
    return id;
}

void Fib::set_candidate(const net::Prefix& prefix, Candidate candidate) {
    const auto id = table_.entries().insert(prefix).first;
    ++groups_[candidate.forwarding].candidates;
    std::optional<ForwardingId> replaced;
    change(id, [&](RouteEntry&) { replaced = table_.set(id, candidate); });
    if (replaced && --groups_[*replaced].candidates == 0) groups_.note_idle();
    touched(id, prefix);
}

void Fib::remove_candidate(const net::Prefix& prefix, const Candidate& which) {
    const auto id = table_.entries().find(prefix);
    if (id == net::PrefixMap<RouteEntry>::kNone) return;
    std::optional<ForwardingId> removed;
    change(id, [&](RouteEntry&) { removed = table_.remove(id, which); });
    if (!removed) return;
    if (--groups_[*removed].candidates == 0) deserted(*removed);
    touched(id, prefix);
}

// No route names it any more.
void Fib::deserted(ForwardingId id) {
    groups_.note_idle();
    if (groups_[id].deserted()) take_along(id);
}

// To remove an object with all its routes is faster than one route after another, but the kernel
// looks through its whole table for them; and in its old mode, which a small table leaves alone
// (nexthop_compat_mode), it tells of each IPv6 route as if somebody else had deleted it.
void Fib::take_along(ForwardingId id) {
    constexpr std::uint32_t kFew = 4;
    constexpr std::uint32_t kPart = 8;
    const auto& group = groups_[id];
    if (group.object < kFew || group.object < in_kernel_ / kPart) return;
    const auto& best = group.identity.best;
    const bool v6 = !best.empty() && best.front().gateway && best.front().gateway->is_v6();
    if (!v6 || group.object > config_.plain_route_limit) groups_.abandon(id);
}

// The selection of a prefix may have changed.
void Fib::touched(PrefixId id, const net::Prefix& prefix) {
    if (next_hops_.depends_on(prefix)) stale_next_hops_ = true;
    tell(id, prefix);
    follow_cover(id);
    enqueue(id);
}

void Fib::set_static_routes(std::vector<StaticRoute> routes, TimePoint now) {
    now_ = now;
    static_routes_ = std::move(routes);
    refresh_static_routes();
    settle(now);
}

// Routes with the same prefix and distance share the traffic. An interface that is not there (yet)
// stands for a next hop that cannot be used.
void Fib::refresh_static_routes() {
    constexpr InterfaceIndex kMissing = 0xffffffff;
    std::map<StaticKey, Forwarding> now;
    for (const auto& route : static_routes_) {
        auto& forwarding = now[{route.prefix, route.distance}];
        if (route.blackhole) {
            forwarding.kind = ForwardingKind::Blackhole;
            continue;
        }
        NextHop next_hop{route.via, kNoInterface, route.neighbor};
        if (!route.interface.empty())
            next_hop.interface = interfaces_.find(route.interface).value_or(kMissing);
        forwarding.best.push_back(next_hop);
    }
    for (auto& [key, forwarding] : now)
        if (!forwarding.best.empty()) forwarding.kind = ForwardingKind::Unicast;
    const auto before = std::exchange(static_candidates_, now);
    const auto since = static_cast<std::uint32_t>((now_ - start_) / std::chrono::seconds(1));
    for (const auto& [key, forwarding] : before)
        if (!now.contains(key))
            remove_candidate(key.first, {kNoForwarding, 0, RouteSource::Static, key.second});
    for (const auto& [key, forwarding] : now) {
        const auto old = before.find(key);
        if (old != before.end() && old->second == forwarding) continue;
        set_candidate(key.first, {intern(forwarding), since, RouteSource::Static, key.second});
    }
}

void Fib::refresh_connected() {
    auto now = interfaces_.connected();
    const auto before = std::exchange(connected_, now);
    const auto since = static_cast<std::uint32_t>((now_ - start_) / std::chrono::seconds(1));
    for (const auto& [prefix, interfaces] : before)
        if (!now.contains(prefix))
            remove_candidate(prefix, {kNoForwarding, 0, RouteSource::Connected, 0});
    for (const auto& [prefix, interfaces] : now) {
        const auto old = before.find(prefix);
        if (old != before.end() && old->second == interfaces) continue;
        Forwarding forwarding;
        for (const auto interface : interfaces)
            forwarding.best.push_back({std::nullopt, interface});
        set_candidate(prefix,
                      {intern(forwarding), since, RouteSource::Connected, kConnectedDistance});
    }
}

// A preferred source is used while it is an address of ours. When it goes, Linux removes the IPv4
// routes that prefer it, and takes it out of the IPv6 ones.
void Fib::refresh_sources() {
    const std::optional<net::IpAddress> configured[] = {config_.source_v4, config_.source_v6};
    for (const auto family : {net::Family::Ipv4, net::Family::Ipv6}) {
        const auto& source = configured[static_cast<std::size_t>(family)];
        auto& used = sources_[static_cast<std::size_t>(family)];
        const auto now = source && interfaces_.has_address(*source) ? source : std::nullopt;
        if (now == used) continue;
        const bool gone = used && family == net::Family::Ipv4 && !interfaces_.has_address(*used);
        used = now;
        table_.entries().for_each([&](PrefixId id) {
            if (table_.entries().prefix(id).family() != family) return;
            auto& entry = table_.entries()[id];
            if (entry.has(flag::kInFlight))
                entry.set(flag::kRewrite | (gone ? flag::kDisturbed : 0));
            if (!entry.has(flag::kPresent)) return;
            entry.set(flag::kRewrite);
            if (gone) lose_route(id);
            enqueue(id);
        });
    }
}

void Fib::track_next_hop(const NextHopKey& key, TimePoint now) {
    now_ = now;
    if (!tracked_.emplace(key, true).second) return;
    events_.emplace_back(next_hops_.hold(key).state);
}

void Fib::untrack_next_hop(const NextHopKey& key) {
    if (tracked_.erase(key) > 0) next_hops_.release(key);
}

void Fib::watch_network(const net::Prefix& prefix) {
    if (!networks_.emplace(prefix, false).second) return;
    const auto id = table_.entries().find(prefix);
    if (id != net::PrefixMap<RouteEntry>::kNone) tell(id, prefix);
    if (!networks_[prefix]) events_.emplace_back(NetworkPresence{prefix, false});
}

void Fib::unwatch_network(const net::Prefix& prefix) {
    networks_.erase(prefix);
}

void Fib::redistribute(RouteSource source, bool enabled) {
    auto& now = redistributed_[static_cast<std::size_t>(source)];
    if (std::exchange(now, enabled) == enabled) return;
    auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        if (entries[id].source == source) tell(id, entries.prefix(id));
    });
}

void Fib::neighbor_up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface,
                      TimePoint now) {
    now_ = now;
    const bool lifted = vetoes_.up(neighbor, epoch, interface);
    if (interface != kNoInterface && !interfaces_.usable(interface)) {
        neighbor_down(neighbor, epoch, now);
        return;
    }
    if (!lifted) return;
    let_leave_first(neighbor);
    stale_next_hops_ = true;
    settle(now);
}

void Fib::neighbor_returning(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface,
                             TimePoint now) {
    now_ = now;
    if (interface != kNoInterface && !interfaces_.usable(interface)) {
        neighbor_down(neighbor, epoch, now);
        return;
    }
    if (!vetoes_.returning(neighbor, epoch, interface)) return;
    let_leave_first(neighbor);
    stale_next_hops_ = true;
    settle(now);
}

// A neighbor that comes back gets no packets of routes that are about to leave its groups.
void Fib::let_leave_first(NeighborTag neighbor) {
    const auto names = [&](const NextHop& next_hop) { return next_hop.neighbor == neighbor; };
    for (ForwardingId id = 0; id < groups_.slots(); ++id) {
        auto& group = groups_[id];
        if (group.leaving() == 0) continue;
        if (std::ranges::none_of(group.identity.best, names) &&
            std::ranges::none_of(group.identity.backup, names))
            continue;
        group.reviving = reviving_ = true;
        group.revive_by = now_ + std::chrono::seconds(5);
    }
    if (reviving_) flush_lazy(false);
}

void Fib::neighbor_down(NeighborTag neighbor, SessionEpoch epoch, TimePoint now) {
    now_ = now;
    if (!vetoes_.down(neighbor, epoch)) return;
    stale_next_hops_ = true;
    settle_groups(now);
    begin_failover(neighbor);
}

void Fib::set_weight(NeighborTag neighbor, std::uint16_t weight, TimePoint now) {
    now_ = now;
    const auto known = weights_.find(neighbor);
    if ((known != weights_.end() ? known->second : 1) == weight) return;
    if (weight == 1)
        weights_.erase(known);
    else
        weights_[neighbor] = weight;
    stale_groups_ = true;
    settle(now);
}

void Fib::forget_neighbor(NeighborTag neighbor) {
    weights_.erase(neighbor);
    if (coverage_.set_role(neighbor, CoverRole::None)) stale_groups_ = true;
    if (vetoes_.forget(neighbor)) stale_next_hops_ = true;
    if (!stale_groups_ && !stale_next_hops_) return;
    settle(now_);
}

void Fib::end_of_rib(TimePoint now) {
    now_ = now;
    sweep();
}

void Fib::stop(TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    stopping_ = true;
    if (config_.keep_on_stop) return;
    sweep();
    for (ForwardingId id = 0; id < groups_.slots(); ++id)
        take_along(id);
    enqueue_all();
}

bool Fib::stopped() const {
    if (!stopping_ || pending_.size() != free_pending_.size()) return false;
    return config_.keep_on_stop ||
           (in_kernel_ == 0 && cleanups_.empty() && groups_.object_count() == 0);
}

void Fib::set_object_support(ObjectSupport support) {
    if (groups_.support() == support) return;
    groups_.set_support(support);
    stale_groups_ = true;
    settle(now_);
    enqueue_all();
}

std::vector<FibEvent> Fib::take_events() {
    if (notes_lost_ > 0) {
        FibNote lost;
        lost.count = notes_lost_;
        events_.emplace_back(lost);
    }
    notes_ = notes_lost_ = 0;
    return std::exchange(events_, {});
}

std::string Fib::interface_name(InterfaceIndex index) const {
    return interfaces_.name(index);
}

}  // namespace dx::fib
