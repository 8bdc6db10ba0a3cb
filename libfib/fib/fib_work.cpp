// Desired against installed: what each route needs, and the message for it.
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

}  // namespace dx::fib
