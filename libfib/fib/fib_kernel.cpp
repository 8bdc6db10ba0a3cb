// What the kernel shows: links, addresses, objects, our routes as others treat them, dumps. The
// routes of others are in fib_foreign.cpp.
#include <algorithm>
#include <iterator>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

namespace {

// Those that the kernel deletes with IPv6 on a link; the link has been reported (on_link).
bool went_with_ipv6(const KernelRoute& route, const Interfaces& interfaces) {
    return route.prefix.family() == net::Family::Ipv6 &&
           std::ranges::any_of(route.hops, [&](const PlainHop& hop) {
               return !interfaces.carries_ipv6(hop.target.interface);
           });
}

constexpr std::uint8_t kProtocolKernel = 2;  // RTPROT_KERNEL: follows from an address, not a route

}  // namespace

void Fib::on_link(const LinkChange& change, TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    // The kernel tells of the link before it tells of the addresses that it takes.
    const bool had_ipv6 =
        interfaces_.carries_ipv6(change.index) && interfaces_.has_ipv6_address(change.index);
    const auto effect = interfaces_.apply(change);
    if (had_ipv6 && !change.removed && !interfaces_.carries_ipv6(change.index)) {
        FibNote lost;
        lost.kind = FibNote::Kind::Ipv6Lost;
        lost.link = change.name;
        reports_.note(lost);
    }
    if (effect == Interfaces::Effect::Lost) {
        groups_.link_lost(change.index);
        vetoes_.link_lost(change.index);
        if (!change.up || change.removed) refresh_foreign(foreign_.purge(change.index));
    }
    refresh_static_routes();
    if (effect != Interfaces::Effect::None) {
        stale_next_hops_ = true;
        refresh_connected();
        refresh_sources();
    }
    settle_groups(now);
}

void Fib::on_address(const AddressChange& change, TimePoint now) {
    now_ = now;
    if (!interfaces_.apply(change)) return;
    stale_next_hops_ = true;
    refresh_connected();
    refresh_sources();
    settle(now);
}

// But for the metric.
bool Fib::has_our_marks(const KernelRoute& route) const {
    if (route.tos != 0) return false;
    if (route.protocol != config_.bgp_protocol && route.protocol != config_.static_protocol)
        return false;
    return route.object == ObjectId::None || is_our_range(route.object);
}

bool Fib::is_ours(const KernelRoute& route) const {
    return route.metric == config_.metric && has_our_marks(route);
}

// Of an earlier run that had another metric: over our objects nobody else's routes are.
bool Fib::is_leftover(const KernelRoute& route) const {
    if (route.metric == config_.metric || !has_our_marks(route)) return false;
    return route.object != ObjectId::None ||
           std::ranges::count(config_.former_metrics, route.metric) > 0;
}

// It goes on carrying packets until what is wanted now is there.
void Fib::on_leftover(const KernelRoute& route) {
    const DeleteRoute deletion{route.prefix, route.protocol, route.metric};
    if (swept_)
        cleanups_.push_back(deletion);
    else
        leftovers_.push_back(deletion);
}

void Fib::on_route(const KernelRoute& route, Seen seen, TimePoint now) {
    now_ = now;
    if (route.own_request && seen != Seen::Dumped) return;
    if (is_ours(route))
        on_our_route(route, seen);
    else if (seen == Seen::Dumped && is_leftover(route))
        on_leftover(route);
    else if (route.protocol != kProtocolKernel)
        on_foreign_route(route, seen);
    if (seen != Seen::Dumped) settle(now);
}

void Fib::on_our_route(const KernelRoute& route, Seen seen) {
    if (seen == Seen::Dumped) return adopt(route);
    const auto id = seen == Seen::Deleted ? table_.entries().find(route.prefix)
                                          : table_.entries().insert(route.prefix).first;
    if (id == net::PrefixMap<RouteEntry>::kNone) return;
    auto& entry = table_.entries()[id];
    if (entry.has(flag::kInFlight)) {
        entry.set(flag::kDisturbed);
        return;
    }
    FibNote what;
    what.prefix = route.prefix;
    if (seen == Seen::Deleted) {
        if (!entry.has(flag::kPresent)) return;
        what.kind = FibNote::Kind::RouteDeletedByOther;
        if (wanted(id, entry) && !went_with_ipv6(route, interfaces_)) reports_.note(what);
        lose_route(id);
    } else if (!matches(entry, route)) {
        what.kind = FibNote::Kind::RouteChangedByOther;
        if (entry.has_candidate()) reports_.note(what);
        change_installed(id, [&](RouteEntry& changed) { describe(changed, route); });
        entry.set(flag::kRewrite);
    }
    enqueue(id);
}

// A route of ours as a dump shows it: expected, or of an earlier run, or changed by somebody.
void Fib::adopt(const KernelRoute& route) {
    const auto id = table_.entries().insert(route.prefix).first;
    auto& entry = table_.entries()[id];
    entry.set(flag::kSeen);
    if (entry.has(flag::kInFlight) || matches(entry, route)) return;
    change_installed(id, [&](RouteEntry& adopted) {
        describe(adopted, route);
        if (!swept_) adopted.set(flag::kStale);
    });
    if (synced_) enqueue(id);
}

// Takes down what the kernel has. A plain route is known by its next hops, so that the same route
// is not written again; a route over an object that is no group's is only known to be there.
void Fib::describe(RouteEntry& entry, const KernelRoute& route) {
    const bool over_object = route.object != ObjectId::None;
    entry.set(flag::kPresent);
    entry.set(flag::kUnknown, false);
    entry.set(flag::kObjectForm, over_object);
    entry.set(flag::kStaticProtocol, route.protocol == config_.static_protocol);
    entry.installed = over_object ? kNoForwarding : intern(route.forwarding());
    const auto& source = sources_[static_cast<std::size_t>(route.prefix.family())];
    if (route.source != source) entry.set(flag::kRewrite);
}

bool Fib::matches(const RouteEntry& entry, const KernelRoute& route) const {
    if (!entry.has(flag::kPresent) || entry.installed == kNoForwarding) return false;
    if (entry.has(flag::kStaticProtocol) != (route.protocol == config_.static_protocol))
        return false;
    const auto& group = groups_[entry.installed];
    if (entry.has(flag::kObjectForm) != (route.object != ObjectId::None)) return false;
    if (entry.has(flag::kObjectForm)) return route.object == group.id;
    return route.kind == group.identity.kind && plain_hops(group.wanted) == route.hops;
}

// Whether it is still there is not known: adding it again, or deleting it, finds out.
void Fib::lose_route(PrefixId id) {
    change_installed(id, [](RouteEntry& entry) {
        if (!entry.has(flag::kPresent)) return;
        entry.set(flag::kPresent | flag::kStale, false);
        entry.set(flag::kUnknown);
        entry.installed = kNoForwarding;
    });
    follow_cover(id);
}

void Fib::on_object(const KernelObject& object, Seen seen, TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    if (seen == Seen::Dumped) {
        groups_.on_dumped(object);
        return;
    }
    if (object.own_request) return;
    if (seen != Seen::Deleted) {
        groups_.on_changed(object);
    } else if (groups_.on_deleted(object.id)) {
        FibNote what;
        what.kind = FibNote::Kind::ObjectDeletedByOther;
        what.object = object.id;
        reports_.note(what);
    }
    settle(now);
}

void Fib::begin_dump(TimePoint now) {
    now_ = now;
    ++dumps_;
    groups_.begin_dump();
    leftovers_.clear();
    table_.entries().for_each([&](PrefixId id) { table_.entries()[id].set(flag::kSeen, false); });
    foreign_.begin_dump();
}

void Fib::end_dump(TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    FibNote differences;
    differences.kind = FibNote::Kind::Reconciled;
    differences.count = groups_.end_dump();
    table_.entries().for_each([&](PrefixId id) {
        auto& entry = table_.entries()[id];
        if (entry.has(flag::kSeen)) return;
        if (entry.has(flag::kInFlight)) entry.set(flag::kDisturbed);
        if (!entry.has(flag::kPresent) || entry.has(flag::kInFlight)) return;
        ++differences.count;
        lose_route(id);
        enqueue(id);
    });
    refresh_foreign(foreign_.end_dump());
    adopted_objects_ = true;
    if (!std::exchange(synced_, true)) {
        sweep_at_ = now + config_.stale_time;
        FibNote adopted;
        adopted.kind = FibNote::Kind::RoutesAdopted;
        adopted.count =
            static_cast<std::uint32_t>(counts_[0].stale + counts_[1].stale + leftovers_.size());
        if (adopted.count > 0) reports_.note(adopted);
        enqueue_all();
    } else if (differences.count > 0) {
        reports_.note(differences);
    }
    settle(now);
}

// What an earlier run left and nobody wanted again goes.
void Fib::sweep() {
    sweep_at_.reset();
    if (std::exchange(swept_, true)) return;
    FibNote what;
    what.kind = FibNote::Kind::StaleSwept;
    table_.entries().for_each([&](PrefixId id) {
        const auto& stale = table_.entries()[id];
        if (!stale.has(flag::kStale)) return;
        if (!stale.has_candidate()) ++what.count;  // else it is wanted again, and on its way
        change_installed(id, [](RouteEntry& entry) { entry.set(flag::kStale, false); });
        enqueue(id);
    });
    what.count += static_cast<std::uint32_t>(leftovers_.size());
    std::ranges::move(std::exchange(leftovers_, {}), std::back_inserter(cleanups_));
    if (what.count > 0) reports_.note(what);
}

}  // namespace dx::fib
