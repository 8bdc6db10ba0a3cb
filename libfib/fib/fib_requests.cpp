// Requests as they are taken, and what falls due with time.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

// Replaced groups first and alone: to look at the routes one by one has time until the traffic has
// been moved. Then other objects, alone too: of what goes with one, the kernel hears first.
std::size_t Fib::take_requests(std::vector<KernelRequest>& out, std::size_t limit, TimePoint now) {
    run_timers(now);
    settle_groups(now);
    const auto first = out.size();
    const auto end = first + limit;
    const bool may_send = synced_ && !paused_until_ && !(stopping_ && config_.keep_on_stop);
    if (may_send) {
        while (out.size() < end && take_object(groups_.next_replacement(), out)) {
        }
        if (out.size() > first) return out.size() - first;
    }
    settle(now);
    if (!may_send) return 0;
    take_objects(out, end);
    if (out.size() > first) return out.size() - first;
    take_routes(out, end);
    take_cleanups(out, end);
    // What waited for the queue, which may have held nothing that was left to do: nobody would ask
    // again.
    if (out.size() == first) take_objects(out, end);
    return out.size() - first;
}

void Fib::take_objects(std::vector<KernelRequest>& out, std::size_t end) {
    while (out.size() < end && take_object(groups_.next_put(), out)) {
    }
    if (queue_.size() > 0) return;  // deletions of what is unused have time
    while (out.size() < end && take_object(groups_.next_deletion(), out)) {
    }
}

bool Fib::take_object(const ForwardingGroups::Planned& planned, std::vector<KernelRequest>& out) {
    if (!planned) return false;
    PendingRequest pending;
    pending.kind = PendingRequest::Kind::Object;
    pending.ticket = planned->second;
    std::visit([&](const auto& what) { out.push_back({pending_.add(pending), what}); },
               planned->first);
    return true;
}

// What is urgent, then additions, but deletions get a quarter of the room.
void Fib::take_routes(std::vector<KernelRequest>& out, std::size_t end) {
    const auto take = [&](std::optional<PrefixId> (FlushQueue::*pop)(), std::size_t until) {
        while (out.size() < until) {
            const auto id = (queue_.*pop)();
            if (!id) break;
            take_route(*id, out);
        }
    };
    take(&FlushQueue::pop_urgent, end);
    const auto room = end - std::min(end, out.size());
    take(&FlushQueue::pop_addition, end - room / 4);
    if (!deletions_wait_until()) take(&FlushQueue::pop_deletion, end);
    take(&FlushQueue::pop_addition, end);
}

// Only where they may yet go with their group; none where there is nothing to wait for.
std::optional<TimePoint> Fib::deletions_wait_until() const {
    const bool over_objects =
        config_.nexthop_objects && groups_.support() != ObjectSupport::None && !stopping_;
    if (!over_objects || queue_.waiting_deletions() <= config_.plain_route_limit ||
        hold_.end() <= now_)
        return std::nullopt;
    return hold_.end();
}

void Fib::take_cleanups(std::vector<KernelRequest>& out, std::size_t end) {
    if (queue_.size() > 0) return;
    for (; out.size() < end && !cleanups_.empty(); cleanups_.pop_front()) {
        PendingRequest pending;
        pending.kind = PendingRequest::Kind::Cleanup;
        out.push_back({pending_.add(pending), cleanups_.front()});
    }
}

void Fib::take_route(PrefixId id, std::vector<KernelRequest>& out) {
    if (!table_.entries().contains(id)) return;
    auto& entry = table_.entries()[id];
    if (!entry.has(flag::kQueued)) return;
    entry.set(flag::kQueued, false);
    switch (next_step(id, entry)) {
        case Step::Add: return put_route(id, entry, true, out);
        case Step::Replace: return put_route(id, entry, false, out);
        case Step::Delete: return delete_route(id, entry, out);
        default: return enqueue(id);
    }
}

void Fib::delete_route(PrefixId id, RouteEntry& entry, std::vector<KernelRequest>& out) {
    PendingRequest pending;
    pending.kind = PendingRequest::Kind::Delete;
    pending.route = id;
    pending.metric = config_.metric;
    pending.static_protocol = entry.has(flag::kPresent | flag::kUnknown)
                                  ? entry.has(flag::kStaticProtocol)
                                  : entry.source == RouteSource::Static;
    entry.set(flag::kInFlight);
    auto& request = out.emplace_back();
    request.id = pending_.add(pending);
    request.what.emplace<DeleteRoute>(table_.entries().prefix(id),
                                      protocol(pending.static_protocol), config_.metric);
}

// The request is written where it stays: a million of them are made.
void Fib::put_route(PrefixId id, RouteEntry& entry, bool adding, std::vector<KernelRequest>& out) {
    auto& group = groups_[entry.forwarding];
    PendingRequest pending;
    pending.kind = PendingRequest::Kind::Put;
    pending.adding = adding;
    pending.object_form = object_form(entry, group);
    pending.static_protocol = entry.source == RouteSource::Static;
    pending.route = id;
    pending.forwarding = entry.forwarding;
    pending.losses = pending.object_form ? group.losses : group.plain_losses;
    pending.version = group.version;
    pending.metric = config_.metric;
    pending.dump = dumps_;
    ++group.in_flight;
    entry.set(flag::kRewrite | flag::kMoveNow, false);
    entry.set(flag::kInFlight);
    auto& request = out.emplace_back();
    request.id = pending_.add(pending);
    auto& message = std::get<PutRoute>(request.what);
    message.verb = adding ? RouteVerb::Add : RouteVerb::Replace;
    message.prefix = table_.entries().prefix(id);
    message.protocol = protocol(pending.static_protocol);
    message.metric = config_.metric;
    message.kind = group.identity.kind;
    if (pending.object_form)
        message.object = group.id;
    else
        message.hops = plain_hops(group.wanted);
    message.source = sources_[static_cast<std::size_t>(message.prefix.family())];
}

void Fib::run_timers(TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    if (paused_until_ && *paused_until_ <= now) paused_until_.reset();
    while (const auto id = errors_.pop_due(now))
        enqueue(*id);
    if (lazy_until_ && *lazy_until_ <= now) flush_lazy(true);
    if (sweep_at_ && *sweep_at_ <= now) sweep();
    if (swept_ && synced_ && adopted_objects_ && unnamed_objects_ == 0 && cleanups_.empty()) {
        adopted_objects_ = false;
        groups_.drop_adopted();
    }
    if (stopping_ && !config_.keep_on_stop) groups_.drain();
    for (const auto& gone : groups_.collect())
        for (const auto* next_hops : {&gone.best, &gone.backup})
            for (const auto& next_hop : *next_hops)
                if (next_hop.gateway) next_hops_.release({*next_hop.gateway, next_hop.interface});
}

std::optional<TimePoint> Fib::next_deadline() const {
    auto deadline = groups_.next_deadline();
    const auto sooner = [&](const std::optional<TimePoint>& other) {
        if (other && (!deadline || *other < *deadline)) deadline = other;
    };
    sooner(paused_until_);
    sooner(deletions_wait_until());
    sooner(lazy_until_);
    sooner(sweep_at_);
    sooner(errors_.next_retry());
    if (reviving_)
        for (ForwardingId id = 0; id < groups_.slots(); ++id)
            if (groups_[id].reviving) sooner(groups_[id].revive_by);
    return deadline;
}

bool Fib::quiet() const {
    if (!pending_.empty()) return false;
    if (paused_until_) return true;
    return queue_.size() == 0 && cleanups_.empty() && groups_.idle() && !stale_next_hops_ &&
           !stale_groups_ && !stale_cover_ && !marked_;
}

}  // namespace dx::fib
