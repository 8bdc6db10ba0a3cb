// What is wanted: routes of every source, static routes, connected networks, neighbors.
#include "libfib/fib/fib.hpp"

#include <utility>

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
                 [this](ForwardingId id) -> const Forwarding& { return groups_[id].identity; }),
      ways_(interfaces_, vetoes_, next_hops_) {}

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
    const auto since = seconds_run();
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

void Fib::track_next_hop(const NextHopKey& key, TimePoint now) {
    now_ = now;
    if (reports_.track(key)) reports_.tell(next_hops_.hold(key).state);
}

void Fib::untrack_next_hop(const NextHopKey& key) {
    if (reports_.untrack(key)) next_hops_.release(key);
}

void Fib::watch_network(const net::Prefix& prefix) {
    const auto id = table_.entries().find(prefix);
    const bool known = id != net::PrefixMap<RouteEntry>::kNone;
    reports_.watch(prefix, known && counts_elsewhere(id, prefix));
    if (known) tell(id, prefix);
}

void Fib::unwatch_network(const net::Prefix& prefix) {
    reports_.unwatch(prefix);
}

void Fib::redistribute(RouteSource source, bool enabled) {
    if (!reports_.redistribute(source, enabled)) return;
    auto& entries = table_.entries();
    entries.for_each([&](PrefixId id) {
        if (entries[id].source == source) tell(id, entries.prefix(id));
    });
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
    if (!stopping_ || !pending_.empty()) return false;
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
    return reports_.take();
}

}  // namespace dx::fib
