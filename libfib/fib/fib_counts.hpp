// The part of the Fib that is on the way of every route, for fib.hpp alone: what is counted along
// the way, and whether a route is wanted.
#pragma once

#include "libfib/fib/fib.hpp"

namespace dx::fib {

template <int Sign>
void Fib::count_selected(PrefixId id, const RouteEntry& entry) {
    if (!entry.has_candidate()) return;
    selected_[static_cast<std::size_t>(entry.source)] += std::uint64_t(Sign);  // wraps: -1
    if (!entry.is_ours()) return;
    ours_ += std::uint64_t(Sign);
    counts(id).selected += std::uint64_t(Sign);
    groups_[entry.forwarding].selected[family_index(id)] += std::uint32_t(Sign);
}

template <int Sign>
void Fib::count_installed(PrefixId id, const RouteEntry& entry) {
    if (!entry.has(route_flag::kPresent | route_flag::kUnknown)) return;
    in_kernel_ += std::uint64_t(Sign);
    if (!entry.has(route_flag::kPresent)) return;
    counts(id).present += std::uint64_t(Sign);
    if (entry.has(route_flag::kStale)) counts(id).stale += std::uint64_t(Sign);
    if (entry.installed == kNoForwarding) {
        if (entry.has(route_flag::kObjectForm)) unnamed_objects_ += std::uint64_t(Sign);
        return;
    }
    auto& group = groups_[entry.installed];
    if (entry.has(route_flag::kObjectForm)) {
        group.object += std::uint32_t(Sign);
        if (entry.forwarding == entry.installed) group.staying += std::uint32_t(Sign);
        if (!entry.has_candidate()) group.ending += std::uint32_t(Sign);
    } else {
        group.plain += std::uint32_t(Sign);
    }
    if (Sign < 0 && group.unused()) groups_.note_idle();
}

// Whether only a shorter route that it yields to can keep it out of the kernel.
inline bool Fib::installable(PrefixId id, const RouteEntry& entry) const {
    if (!config_.enabled || stopping_ || !entry.is_ours()) return false;
    const auto& group = groups_[entry.forwarding];
    if (!group.usable()) return false;
    return group.chain.empty() || usable(table_.entries().prefix(id), entry.selected());
}

inline bool Fib::wanted(PrefixId id, const RouteEntry& entry) const {
    if (!installable(id, entry)) return false;
    return !groups_[entry.forwarding].yields || !covered_by(entry, table_.entries().prefix(id));
}

// Whether the route goes over its group's object. What is installed keeps its form.
inline bool Fib::object_form(const RouteEntry& entry, const Group& group) const {
    if (!config_.nexthop_objects || groups_.support() == ObjectSupport::None) return false;
    if (group.identity.kind != ForwardingKind::Unicast || group.bare_link) return false;
    if (!group.single) return true;
    if (entry.has(route_flag::kPresent) && entry.installed == entry.forwarding)
        return entry.has(route_flag::kObjectForm);
    return ours_ > config_.plain_route_limit;
}

}  // namespace dx::fib
