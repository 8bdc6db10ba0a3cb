// Consequences: what changed about links, routes and vetoes goes to next hops, from there to
// groups, from there to the routes, in bounded rounds.
#include <algorithm>
#include <array>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

namespace {

// What happened to a group, for its routes.
constexpr std::uint8_t kDeleted = 16;      // those over the object are gone
constexpr std::uint8_t kLost = 1;          // those over the object may be
constexpr std::uint8_t kLostPlain = 2;     // the plain ones may be
constexpr std::uint8_t kReevaluate = 4;    // it can be used, or no longer
constexpr std::uint8_t kPlainContent = 8;  // the plain ones have to be written again

// Selections that depend on each other without end are left as they are after so many rounds.
constexpr int kRounds = 8;

}  // namespace

// What takes no longer for a million routes than for one: enough to move the traffic.
void Fib::settle_groups(TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    take_consequences();
    finish_revivals();
    if (std::exchange(stale_next_hops_, false)) refresh_next_hops();
    if (std::exchange(stale_groups_, false)) refresh_groups();
    take_consequences();
}

void Fib::settle(TimePoint now) {
    settle_groups(now);
    for (int round = 0; round < kRounds; ++round) {
        if (std::exchange(marked_, false)) pass_over_routes();
        if (std::exchange(stale_cover_, false)) look_at_all_covered();
        if (!stale_next_hops_ && !stale_groups_) return;
        settle_groups(now);
    }
    stale_next_hops_ = stale_groups_ = false;
}

void Fib::refresh_next_hops() {
    for (auto& state : next_hops_.refresh())
        reports_.tell(std::move(state));
    stale_groups_ = true;
}

void Fib::refresh_groups() {
    for (ForwardingId id = 0; id < groups_.slots(); ++id)
        if (groups_[id].interned) refresh_group(id);
}

void Fib::refresh_group(ForwardingId id) {
    auto& group = groups_[id];
    if (group.identity.kind != ForwardingKind::Unicast) return;
    const auto use_before = std::pair(group.usable(), group.last_resort);
    const auto wanted_before = group.wanted;
    const auto chain_before = group.chain;
    auto found = ways_.of(group);
    group.last_resort = found.last_resort;
    groups_.set_wanted(id, std::move(found.ways), std::move(found.chain));
    const bool cover_differs = refresh_cover(group);
    const bool differs = cover_differs || group.chain != chain_before ||
                         std::pair(group.usable(), group.last_resort) != use_before;
    if (differs && group.candidates > 0) mark(id, kReevaluate);
    if (group.wanted == wanted_before) return;
    if (group.plain > 0) mark(id, kPlainContent);
    if (!lazy_.empty()) flush_lazy(false);
}

void Fib::take_consequences() {
    const auto consequences = groups_.take_consequences();
    for (const auto id : consequences.deleted)
        if (groups_[id].object > 0) mark(id, kDeleted);
    for (const auto id : consequences.lost)
        if (groups_[id].object > 0) mark(id, kLost);
    for (const auto id : consequences.lost_plain)
        mark(id, kLostPlain);
    for (const auto id : consequences.ready) {
        const auto waiting = std::exchange(groups_[id].waiting, {});
        for (const auto route : waiting) {
            if (!table_.entries().contains(route)) continue;
            auto& entry = table_.entries()[route];
            if (!entry.has(flag::kWaiting)) continue;
            entry.set(flag::kWaiting, false);
            enqueue(route);
        }
    }
}

void Fib::mark(ForwardingId id, std::uint8_t what) {
    if (marks_.size() < groups_.slots()) marks_.resize(groups_.slots());
    marks_[id] |= what;
    marked_ = true;
}

// One pass for everything that happened to groups; a few milliseconds a million routes.
void Fib::pass_over_routes() {
    auto marks = std::exchange(marks_, {});
    marks.resize(groups_.slots());
    std::vector<PrefixId> contested;
    for (const auto& [id, others] : table_.contested())
        if (std::ranges::any_of(table_.candidates(id), [&](const Candidate& candidate) {
                return (marks[candidate.forwarding] & kReevaluate) != 0;
            }))
            contested.push_back(id);
    for (const auto id : contested) {
        change(id, [&](RouteEntry&) { table_.reselect(id); });
        touched(id, table_.entries().prefix(id));
    }
    table_.entries().for_each([&](PrefixId id) { pass_over_route(id, marks); });
}

void Fib::pass_over_route(PrefixId id, const Marks& marks) {
    auto& entry = table_.entries()[id];
    bool work = false;
    if (entry.has(flag::kPresent) && entry.installed != kNoForwarding) {
        const auto what = marks[entry.installed];
        const bool over_object = entry.has(flag::kObjectForm);
        if (over_object && (what & kDeleted) != 0) {
            lose_route(id);
            change_installed(id, [](RouteEntry& gone) { gone.set(flag::kUnknown, false); });
            entry.set(flag::kQueued, false);
            work = true;
        } else if ((what & (over_object ? kLost : kLostPlain)) != 0) {
            lose_route(id);
            work = true;
        } else if (!over_object && (what & kPlainContent) != 0) {
            entry.set(flag::kRewrite);
            work = true;
        }
    }
    if (entry.has_candidate() && (marks[entry.forwarding] & kReevaluate) != 0) {
        touched(id, table_.entries().prefix(id));
    } else if (work) {
        enqueue(id);
    }
}

// The next hops that come back are put in as soon as nobody is left who must not use them.
void Fib::finish_revivals() {
    if (!reviving_) return;
    reviving_ = false;
    for (ForwardingId id = 0; id < groups_.slots(); ++id) {
        auto& group = groups_[id];
        if (!group.reviving) continue;
        if (group.leaving() > 0 && now_ < group.revive_by) {
            reviving_ = true;
            continue;
        }
        group.reviving = false;
        stale_groups_ = true;
    }
}

// Looks again at the routes that had time; `now`: they move.
void Fib::flush_lazy(bool now) {
    lazy_until_.reset();
    for (const auto id : std::exchange(lazy_, {})) {
        if (!table_.entries().contains(id)) continue;
        auto& entry = table_.entries()[id];
        if (!entry.has(flag::kLazy)) continue;
        entry.set(flag::kLazy, false);
        if (now) entry.set(flag::kMoveNow);
        enqueue(id);
    }
}

Use Fib::use_of(const net::Prefix& prefix, const Candidate& candidate) const {
    if (!usable(prefix, candidate)) return Use::None;
    const auto& group = groups_[candidate.forwarding];
    if (group.last_resort) return Use::LastResort;
    const bool discards = candidate.is_ours() && group.identity.kind != ForwardingKind::Unicast;
    return discards ? Use::Discards : Use::Free;
}

bool Fib::usable(const net::Prefix& prefix, const Candidate& candidate) const {
    if (candidate.source == RouteSource::Kernel || candidate.source == RouteSource::Connected)
        return true;
    const auto& group = groups_[candidate.forwarding];
    return group.usable() && std::ranges::find(group.chain, prefix) == group.chain.end();
}

// What has won the prefix, where that is of interest beyond the kernel.
bool Fib::counts_elsewhere(PrefixId id, const net::Prefix& prefix) const {
    const auto& entry = table_.entries()[id];
    return entry.has_candidate() && entry.source != RouteSource::Bgp &&
           usable(prefix, entry.selected());
}

// A link-local network belongs to its link.
void Fib::tell(PrefixId id, const net::Prefix& prefix) {
    auto& entry = table_.entries()[id];
    const bool counts = counts_elsewhere(id, prefix);
    if (!counts && !entry.has(flag::kTold)) return;  // as nearly all: no look-up by prefix
    entry.set(flag::kTold, counts);
    reports_.tell(NetworkPresence{prefix, counts});
    RedistributedRoute route;
    route.prefix = prefix;
    route.present = counts && !prefix.address().is_scoped();
    if (route.present) {
        const auto& best = groups_[entry.forwarding].identity.best;
        route.source = entry.source;
        if (route.source == RouteSource::Kernel) route.metric = table_.kernel_metric(id);
        if (!best.empty()) route.gateway = best.front().gateway;
    }
    reports_.tell(route);
}

}  // namespace dx::fib
