#include "libfib/fib/route_table.hpp"

#include <algorithm>
#include <initializer_list>
#include <tuple>

namespace dx::fib {

namespace {

// An equal route announced again is the same route, not a younger one.
void keep_age(Candidate& now, const Candidate& before) {
    if (now.forwarding == before.forwarding && now.distance == before.distance)
        now.since = before.since;
}

}  // namespace

std::size_t RouteTable::winner(const net::Prefix& prefix,
                               std::span<const Candidate> candidates) const {
    const auto best = [&](std::initializer_list<Use> uses) {
        std::optional<std::size_t> found;
        const auto rank = [&](std::size_t i) {
            return std::tuple(candidates[i].distance, candidates[i].source);
        };
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (std::ranges::count(uses, use_of_(prefix, candidates[i])) > 0 &&
                (!found || rank(i) < rank(*found)))
                found = i;
        return found;
    };
    const auto free = best({Use::Free, Use::Discards});
    const auto last_resort = best({Use::LastResort});
    if (!free) return last_resort ? *last_resort : best({Use::None}).value_or(0);
    const bool discards = use_of_(prefix, candidates[*free]) == Use::Discards;
    const bool gives_way =
        last_resort && discards && candidates[*last_resort].distance < candidates[*free].distance;
    return gives_way ? *last_resort : *free;
}

std::optional<ForwardingId> RouteTable::set(PrefixId id, Candidate candidate) {
    auto& entry = entries_[id];
    if (!entry.has_candidate()) {
        entry.select(candidate);
        return std::nullopt;
    }
    std::optional<ForwardingId> replaced;
    if (const auto selected = entry.selected(); selected.same_place(candidate)) {
        keep_age(candidate, selected);
        replaced = selected.forwarding;
        entry.select(candidate);
        if (!others_.empty()) reselect(id);
        return replaced;
    }
    auto& others = others_[id];
    const auto same = std::ranges::find_if(
        others, [&](const Candidate& other) { return other.same_place(candidate); });
    if (same != others.end()) {
        keep_age(candidate, *same);
        replaced = same->forwarding;
        *same = candidate;
    } else {
        others.push_back(candidate);
    }
    reselect(id);
    return replaced;
}

std::optional<ForwardingId> RouteTable::remove(PrefixId id, const Candidate& which) {
    auto& entry = entries_[id];
    const auto found = others_.find(id);
    if (entry.has_candidate() && entry.selected().same_place(which)) {
        const auto removed = entry.forwarding;
        entry.select({});
        if (found == others_.end()) return removed;
        entry.select(found->second.back());
        found->second.pop_back();
        if (found->second.empty()) others_.erase(found);
        reselect(id);
        return removed;
    }
    if (found == others_.end()) return std::nullopt;
    auto& others = found->second;
    const auto same = std::ranges::find_if(
        others, [&](const Candidate& other) { return other.same_place(which); });
    if (same == others.end()) return std::nullopt;
    const auto removed = same->forwarding;
    others.erase(same);
    if (others.empty()) others_.erase(found);
    return removed;
}

void RouteTable::reselect(PrefixId id) {
    const auto found = others_.find(id);
    if (found == others_.end()) return;
    const auto all = candidates(id);
    const auto best = winner(entries_.prefix(id), all);
    if (best == 0) return;
    entries_[id].select(all[best]);
    found->second[best - 1] = all.front();
}

std::uint32_t RouteTable::kernel_metric(PrefixId id) const {
    const auto found = kernel_metrics_.find(id);
    return found != kernel_metrics_.end() ? found->second : 0;
}

void RouteTable::set_kernel_metric(PrefixId id, std::uint32_t metric) {
    if (metric != 0)
        kernel_metrics_[id] = metric;
    else
        kernel_metrics_.erase(id);
}

std::vector<Candidate> RouteTable::candidates(PrefixId id) const {
    const auto& entry = entries_[id];
    std::vector<Candidate> all;
    if (!entry.has_candidate()) return all;
    all.push_back(entry.selected());
    if (const auto found = others_.find(id); found != others_.end())
        all.insert(all.end(), found->second.begin(), found->second.end());
    return all;
}

}  // namespace dx::fib
