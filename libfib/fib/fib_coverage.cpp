// Routes that stand back behind a shorter one: what covers them, and when to look again.
//
// A route covers while it is in the kernel over a next hop of a covering neighbor that can be used,
// a backup's where that is what carries it. So the longer ones go when the shorter one is there to
// take their traffic, and come back as soon as it cannot carry it, whatever the tables still say.
// Nor does one cover whose neighbor waits to be used again: what another one carries is not led
// over it yet.
#include <algorithm>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

void Fib::set_cover_role(NeighborTag neighbor, CoverRole role, TimePoint now) {
    now_ = now;
    if (!coverage_.set_role(neighbor, role)) return;
    stale_groups_ = true;
    settle(now);
}

// By what carries it: the backup too where that is a circuit.
bool Fib::covers(const Group& group) const {
    if (!coverage_.in_use() || group.last_resort) return false;
    for (const auto* next_hops : {&group.identity.best, &group.identity.backup}) {
        bool carries = false;
        for (const auto& next_hop : *next_hops) {
            if (!ways_.can_carry(group, next_hop)) continue;
            if (coverage_.role(next_hop) == CoverRole::Covers) return true;
            carries = true;
        }
        if (carries) return false;
    }
    return false;
}

// What a group's ways and the neighbors' roles make of it; true if its routes have to be looked at.
bool Fib::refresh_cover(Group& group) {
    const bool yields = coverage_.yields(group.identity);
    if (yields && coverage_.begin()) stale_groups_ = true;
    const bool covering = covers(group);
    if (std::exchange(group.covers, covering) != covering) stale_cover_ = true;
    return std::exchange(group.yields, yields) != yields;
}

bool Fib::covers(const RouteEntry& entry) const {
    if (!entry.has(flag::kPresent) || !entry.is_ours()) return false;
    const auto& group = groups_[entry.forwarding];
    if (!group.covers) return false;
    // What an earlier run left goes by what it wanted then, most likely the same.
    if (entry.installed == kNoForwarding) return entry.has(flag::kStale);
    const auto& there = groups_[entry.installed];
    // Where the move can wait, the traffic goes the new way already.
    return there.covers || (entry.has(flag::kLazy) && same_traffic(there.programmed, group.wanted));
}

std::optional<net::Prefix> Fib::cover_of(const net::Prefix& prefix) const {
    const auto& entries = table_.entries();
    const auto id = entries.find_covering(prefix, [&](PrefixId match) {
        return entries.length(match) < prefix.length() && covers(entries[match]);
    });
    if (id == net::PrefixMap<RouteEntry>::kNone) return std::nullopt;
    return entries.prefix(id);
}

std::optional<net::Prefix> Fib::covered_by(const RouteEntry& entry,
                                           const net::Prefix& prefix) const {
    if (!entry.is_ours() || !groups_[entry.forwarding].yields) return std::nullopt;
    return cover_of(prefix);
}

void Fib::cover_changed(PrefixId id) {
    const auto& entry = table_.entries()[id];
    const auto prefix = table_.entries().prefix(id);
    coverage_.note(prefix, entry.is_ours() && groups_[entry.forwarding].yields);
    for (const auto& inside : coverage_.within(prefix))
        enqueue(table_.entries().find(inside));
}

void Fib::look_at_all_covered() {
    for (const auto& prefix : coverage_.all())
        enqueue(table_.entries().find(prefix));
}

// Of those counted as wanted.
void Fib::count_covered(FibSummary& summary) const {
    if (!config_.enabled || stopping_) return;
    for (const auto& prefix : coverage_.all()) {
        const auto& entry = table_.entries()[table_.entries().find(prefix)];
        if (!groups_[entry.forwarding].usable() || !covered_by(entry, prefix)) continue;
        auto& counts = summary.families[static_cast<std::size_t>(prefix.family())];
        ++counts.covered;
        --counts.wanted;
    }
}

}  // namespace dx::fib
