// Desired against installed: what each route needs, and the message for it.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

namespace {

constexpr std::chrono::seconds kLazyMove{60};  // a move that changes nothing for the traffic

}  // namespace

Fib::Step Fib::next_step(PrefixId id, const RouteEntry& entry) const {
    if (!wanted(id, entry)) {
        // What an earlier run left stays until the sweep, unless what is known now forbids it.
        const bool not_yet =
            !entry.has_candidate() || (entry.is_ours() && !groups_[entry.forwarding].usable());
        if (entry.has(flag::kStale) && not_yet && config_.enabled && !stopping_) return Step::None;
        return entry.has(flag::kPresent | flag::kUnknown) ? Step::Delete : Step::None;
    }
    if (entry.has(flag::kProbe)) return Step::Delete;
    const auto& group = groups_[entry.forwarding];
    const bool over_object = object_form(entry, group);
    const auto step = entry.has(flag::kPresent) ? step_of_present(entry, over_object) : Step::Add;
    if (step != Step::Add && step != Step::Replace) return step;
    return over_object && !group.ready ? Step::Wait : step;
}

Fib::Step Fib::step_of_present(const RouteEntry& entry, bool over_object) const {
    const bool as_static = entry.source == RouteSource::Static;
    const auto form =
        (over_object ? flag::kObjectForm : 0) | (as_static ? flag::kStaticProtocol : 0);
    if ((entry.flags & (flag::kObjectForm | flag::kStaticProtocol | flag::kRewrite)) != form)
        return Step::Replace;
    if (entry.installed == entry.forwarding) return Step::None;
    return entry.installed == kNoForwarding ? Step::Replace : step_of_move(entry, over_object);
}

Fib::Step Fib::step_of_move(const RouteEntry& entry, bool over_object) const {
    const auto& group = groups_[entry.forwarding];
    const auto& there = groups_[entry.installed];
    if (!over_object && there.identity.kind == group.identity.kind &&
        plain_hops(there.wanted) == plain_hops(group.wanted))
        return Step::Relabel;
    if (over_object && there.ready && !there.reviving && !entry.has(flag::kMoveNow) &&
        same_traffic(there.programmed, group.wanted))
        return Step::Lazy;
    return Step::Replace;
}

// What goes by one way shares a lane of what is urgent.
std::uint32_t Fib::lane(ForwardingId forwarding) {
    static_assert(kNoForwarding + 1 == 0);
    return forwarding + 1;
}

// Puts the route where its next step is done; before the kernel was read there is none.
void Fib::enqueue(PrefixId id) {
    auto& entry = table_.entries()[id];
    if (!synced_ || entry.has(flag::kQueued | flag::kInFlight)) return;
    switch (next_step(id, entry)) {
        case Step::None:
            if (entry.has(flag::kError)) clear_error(id);
            if (!entry.has_candidate()) forget_if_empty(id);
            return;
        case Step::Add:
        case Step::Replace:
            entry.set(flag::kQueued);
            if (queue_.push_urgent(id, lane(entry.forwarding), now_)) return;
            return queue_.push_addition(id, table_.entries().length(id));
        case Step::Delete:
            entry.set(flag::kQueued);
            if (queue_.push_urgent(id, lane(entry.installed), now_)) return;
            return queue_.push_deletion(id, table_.entries().length(id));
        case Step::Relabel:
            clear_error(id);
            change_installed(id, [](RouteEntry& same) {
                same.installed = same.forwarding;
                same.set(flag::kStale, false);
            });
            break;
        case Step::Lazy:
            if (!entry.has(flag::kLazy)) lazy_.push_back(id);
            entry.set(flag::kLazy);
            if (!lazy_until_) lazy_until_ = now_ + kLazyMove;
            break;
        case Step::Wait:
            groups_.need_object(entry.forwarding);
            groups_[entry.forwarding].waiting.push_back(id);
            entry.set(flag::kWaiting);
            return;
    }
    // The same way, which may have another role in the new group.
    if (coverage_.empty()) return;
    for (const auto& inside : coverage_.within(table_.entries().prefix(id)))
        enqueue(table_.entries().find(inside));
}

void Fib::forget_if_empty(PrefixId id) {
    const auto& entry = table_.entries()[id];
    if (entry.has_candidate() ||
        entry.has(flag::kPresent | flag::kUnknown | flag::kInFlight | flag::kQueued))
        return;
    table_.entries().erase(id);
}

}  // namespace dx::fib
