// Desired against installed: what each route needs, the requests for it and what their results
// mean.
#include <algorithm>
#include <numeric>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

namespace {

constexpr std::chrono::seconds kLazyMove{60};  // a move that changes nothing for the traffic

}  // namespace

void Fib::account(const RouteEntry& entry, int sign) {
    const auto step = static_cast<std::uint32_t>(sign);  // wraps: -1
    const auto sign64 = static_cast<std::uint64_t>(sign);
    if (entry.has_candidate()) selected_[static_cast<std::size_t>(entry.source)] += sign64;
    if (entry.is_ours()) {
        ours_ += sign64;
        groups_[entry.forwarding].selected += step;
    }
    if (entry.has(flag::kPresent | flag::kUnknown)) in_kernel_ += sign64;
    if (!entry.has(flag::kPresent)) return;
    present_ += sign64;
    if (entry.has(flag::kStale)) stale_ += sign64;
    if (entry.installed == kNoForwarding) {
        if (entry.has(flag::kObjectForm)) unnamed_objects_ += sign64;
        return;
    }
    auto& group = groups_[entry.installed];
    if (entry.has(flag::kObjectForm)) {
        group.object += step;
        if (entry.forwarding == entry.installed) group.staying += step;
    } else {
        group.plain += step;
    }
    if (sign < 0 && group.unused()) groups_.note_idle();
}

bool Fib::wanted(PrefixId id, const RouteEntry& entry) const {
    if (!config_.enabled || stopping_ || !entry.is_ours()) return false;
    const auto& group = groups_[entry.forwarding];
    if (!group.usable()) return false;
    return group.chain.empty() || usable(table_.entries().prefix(id), entry.selected());
}

// Whether the route goes over its group's object. What is installed keeps its form.
bool Fib::object_form(const RouteEntry& entry) const {
    const auto& group = groups_[entry.forwarding];
    if (!config_.nexthop_objects || groups_.support() == ObjectSupport::None) return false;
    if (group.identity.kind != ForwardingKind::Unicast || group.has_bare_link()) return false;
    if (!group.single()) return true;
    if (entry.has(flag::kPresent) && entry.installed == entry.forwarding)
        return entry.has(flag::kObjectForm);
    return ours_ > config_.plain_route_limit;
}

Fib::Step Fib::next_step(PrefixId id, const RouteEntry& entry) const {
    if (!wanted(id, entry)) {
        if (entry.has(flag::kStale) && !entry.has_candidate()) return Step::None;
        return entry.has(flag::kPresent | flag::kUnknown) ? Step::Delete : Step::None;
    }
    if (entry.has(flag::kProbe)) return Step::Delete;
    const bool over_object = object_form(entry);
    const auto& group = groups_[entry.forwarding];
    const bool ready = !over_object || group.ready;
    if (!entry.has(flag::kPresent)) return ready ? Step::Add : Step::Wait;
    const bool alike = entry.has(flag::kObjectForm) == over_object && !entry.has(flag::kRewrite) &&
                       entry.has(flag::kStaticProtocol) == (entry.source == RouteSource::Static) &&
                       entry.installed != kNoForwarding;
    if (alike && entry.installed == entry.forwarding) return Step::None;
    if (alike) {
        const auto& there = groups_[entry.installed];
        if (!over_object && there.identity.kind == group.identity.kind &&
            plain_hops(there) == plain_hops(group))
            return Step::Relabel;
        if (over_object && there.ready && !there.reviving && !entry.has(flag::kMoveNow) &&
            same_traffic(there.programmed, group.wanted))
            return Step::Lazy;
    }
    return ready ? Step::Replace : Step::Wait;
}

// Puts the route where its next step is done; before the kernel was read there is none.
void Fib::enqueue(PrefixId id) {
    auto& entry = table_.entries()[id];
    if (!synced_ || entry.has(flag::kQueued | flag::kInFlight)) return;
    const auto length = table_.entries().length(id);
    switch (next_step(id, entry)) {
        case Step::None: clear_error(id); return forget_if_empty(id);
        case Step::Add:
        case Step::Replace: entry.set(flag::kQueued); return queue_.push_addition(id, length);
        case Step::Delete: entry.set(flag::kQueued); return queue_.push_deletion(id, length);
        case Step::Relabel:
            clear_error(id);
            change(id, [](RouteEntry& same) {
                same.installed = same.forwarding;
                same.set(flag::kStale, false);
            });
            return;
        case Step::Lazy:
            if (!entry.has(flag::kLazy)) lazy_.push_back(id);
            entry.set(flag::kLazy);
            if (!lazy_until_) lazy_until_ = now_ + kLazyMove;
            return;
        case Step::Wait:
            groups_.need_object(entry.forwarding);
            groups_[entry.forwarding].waiting.push_back(id);
            entry.set(flag::kWaiting);
            return;
    }
}

void Fib::forget_if_empty(PrefixId id) {
    const auto& entry = table_.entries()[id];
    if (entry.has_candidate() ||
        entry.has(flag::kPresent | flag::kUnknown | flag::kInFlight | flag::kQueued))
        return;
    table_.entries().erase(id);
}

std::size_t Fib::take_requests(std::vector<KernelRequest>& out, std::size_t limit, TimePoint now) {
    run_timers(now);
    settle(now);
    const auto first = out.size();
    if (!synced_ || paused_until_) return 0;
    if (stopping_ && config_.keep_on_stop) return 0;
    const auto end = first + limit;
    take_objects(out, end);
    settle(now);
    take_routes(out, end);
    take_cleanups(out, end);
    return out.size() - first;
}

void Fib::take_objects(std::vector<KernelRequest>& out, std::size_t end) {
    const auto append = [&](const ForwardingGroups::Planned& planned) {
        Pending pending;
        pending.kind = Pending::Kind::Object;
        pending.ticket = planned->second;
        std::visit([&](const auto& what) { out.push_back({pend(pending), what}); }, planned->first);
    };
    while (out.size() < end) {
        const auto planned = groups_.next_put();
        if (!planned) break;
        append(planned);
    }
    if (queue_.size() > 0) return;  // deletions of what is unused have time
    while (out.size() < end) {
        const auto planned = groups_.next_deletion();
        if (!planned) break;
        append(planned);
    }
}

// Additions go first, but deletions get a quarter of the room.
void Fib::take_routes(std::vector<KernelRequest>& out, std::size_t end) {
    const auto room = end - std::min(end, out.size());
    const auto additions_end = end - room / 4;
    while (out.size() < additions_end) {
        const auto id = queue_.pop_addition();
        if (!id) break;
        take_route(*id, out);
    }
    while (out.size() < end) {
        const auto id = queue_.pop_deletion();
        if (!id) break;
        take_route(*id, out);
    }
    while (out.size() < end) {
        const auto id = queue_.pop_addition();
        if (!id) break;
        take_route(*id, out);
    }
}

void Fib::take_cleanups(std::vector<KernelRequest>& out, std::size_t end) {
    if (queue_.size() > 0) return;
    for (; out.size() < end && !cleanups_.empty(); cleanups_.pop_front()) {
        Pending pending;
        pending.kind = Pending::Kind::Cleanup;
        out.push_back({pend(pending), cleanups_.front()});
    }
}

void Fib::take_route(PrefixId id, std::vector<KernelRequest>& out) {
    if (!table_.entries().contains(id) || !table_.entries()[id].has(flag::kQueued)) return;
    auto& entry = table_.entries()[id];
    entry.set(flag::kQueued, false);
    const auto step = next_step(id, entry);
    Pending pending;
    pending.route = id;
    pending.metric = config_.metric;
    if (step == Step::Delete) {
        pending.kind = Pending::Kind::Delete;
        pending.static_protocol = entry.has(flag::kPresent | flag::kUnknown)
                                      ? entry.has(flag::kStaticProtocol)
                                      : entry.source == RouteSource::Static;
        entry.set(flag::kInFlight);
        out.push_back(
            {pend(pending), DeleteRoute{table_.entries().prefix(id),
                                        protocol(pending.static_protocol), config_.metric}});
        return;
    }
    if (step != Step::Add && step != Step::Replace) return enqueue(id);
    auto& group = groups_[entry.forwarding];
    pending.kind = Pending::Kind::Put;
    pending.adding = step == Step::Add;
    pending.object_form = object_form(entry);
    pending.static_protocol = entry.source == RouteSource::Static;
    pending.forwarding = entry.forwarding;
    pending.losses = pending.object_form ? group.losses : group.plain_losses;
    pending.version = group.version;
    pending.dump = dumps_;
    ++group.in_flight;
    entry.set(flag::kRewrite | flag::kMoveNow, false);
    entry.set(flag::kInFlight);
    out.push_back({pend(pending), put_message(id, entry, pending.adding)});
}

PutRoute Fib::put_message(PrefixId id, const RouteEntry& entry, bool adding) const {
    const auto& group = groups_[entry.forwarding];
    PutRoute message;
    message.verb = adding ? RouteVerb::Add : RouteVerb::Replace;
    message.prefix = table_.entries().prefix(id);
    message.protocol = protocol(entry.source == RouteSource::Static);
    message.metric = config_.metric;
    message.kind = group.identity.kind;
    if (object_form(entry))
        message.object = group.id;
    else
        message.hops = plain_hops(group);
    message.source = sources_[static_cast<std::size_t>(message.prefix.family())];
    return message;
}

// The ways that carry traffic, with the smallest weights that share alike.
std::vector<PlainHop> Fib::plain_hops(const Group& group) const {
    std::vector<PlainHop> hops;
    const bool any_best =
        std::ranges::any_of(group.wanted, [](const Way& way) { return !way.backup; });
    unsigned divisor = 0;
    for (const auto& way : group.wanted) {
        if (any_best && way.backup) continue;
        hops.push_back({way.target, way.weight});
        divisor = std::gcd(divisor, static_cast<unsigned>(way.weight));
    }
    for (auto& hop : hops)
        hop.weight = static_cast<std::uint16_t>(hop.weight / std::max(1U, divisor));
    return hops;
}

RequestId Fib::pend(const Pending& pending) {
    if (free_pending_.empty()) {
        pending_.push_back(pending);
        return static_cast<RequestId>(pending_.size() - 1);
    }
    const auto id = free_pending_.back();
    free_pending_.pop_back();
    pending_[id] = pending;
    return id;
}

void Fib::run_timers(TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    if (paused_until_ && *paused_until_ <= now) paused_until_.reset();
    while (!retries_.empty() && retries_.begin()->first <= now) {
        const auto [due, id] = *retries_.begin();
        retries_.erase(retries_.begin());
        const auto refusal = errors_.find(id);
        if (refusal == errors_.end() || refusal->second.retry != due) continue;
        refusal->second.probed = false;
        enqueue(id);
    }
    if (lazy_until_ && *lazy_until_ <= now) flush_lazy(true);
    if (sweep_at_ && *sweep_at_ <= now) sweep();
    if (swept_ && synced_ && adopted_objects_ && unnamed_objects_ == 0) {
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
    sooner(lazy_until_);
    sooner(sweep_at_);
    if (!retries_.empty()) sooner(retries_.begin()->first);
    if (reviving_)
        for (ForwardingId id = 0; id < groups_.slots(); ++id)
            if (groups_[id].reviving) sooner(groups_[id].revive_by);
    return deadline;
}

bool Fib::quiet() const {
    if (pending_.size() != free_pending_.size()) return false;
    if (paused_until_) return true;
    return queue_.size() == 0 && cleanups_.empty() && groups_.idle() && !stale_next_hops_ &&
           !stale_groups_ && !marked_;
}

}  // namespace dx::fib
