// The table as `show ip route` sees it.
#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include "libfib/fib/fib.hpp"

namespace dx::fib {

namespace flag = route_flag;

std::string_view to_string(InstallState state) {
    constexpr std::array<std::string_view, 8> kNames{"not-ours", "pending", "installed", "unusable",
                                                     "conflict", "failed",  "disabled",  "covered"};
    return kNames[static_cast<std::size_t>(state)];
}

std::optional<net::Prefix> Fib::walk(std::optional<net::Prefix> after, std::size_t limit,
                                     const std::optional<net::Prefix>& within, TimePoint now,
                                     const std::function<void(const RouteView&)>& visit) const {
    const auto& entries = table_.entries();
    const auto ids = entries.select(after, limit, within);
    for (const auto id : ids)
        if (entries[id].has_candidate() || entries[id].has(flag::kPresent)) visit(view(id, now));
    if (ids.size() < limit) return std::nullopt;
    return entries.prefix(ids.back());
}

std::optional<RouteView> Fib::find(const net::Prefix& prefix, TimePoint now) const {
    const auto id = table_.entries().find(prefix);
    if (id == net::PrefixMap<RouteEntry>::kNone) return std::nullopt;
    return view(id, now);
}

std::optional<RouteView> Fib::lookup(const net::IpAddress& address, TimePoint now) const {
    const auto id = table_.entries().find_covering(net::Prefix::host(address), [&](PrefixId match) {
        const auto& entry = table_.entries()[match];
        if (!entry.has_candidate()) return false;
        const auto prefix = table_.entries().prefix(match);
        return usable(prefix, entry.selected()) && !covered_by(entry, prefix);
    });
    if (id == net::PrefixMap<RouteEntry>::kNone) return std::nullopt;
    return view(id, now);
}

RouteView Fib::view(PrefixId id, TimePoint now) const {
    const auto& entry = table_.entries()[id];
    RouteView view;
    view.prefix = table_.entries().prefix(id);
    view.stale = entry.has(flag::kStale);
    view.error = errors_.error_of(id);
    view.covered_by = covered_by(entry, view.prefix);
    view.state = state_of(id, entry, view.error);
    const auto clock = (now - start_) / std::chrono::seconds(1);
    for (const auto& candidate : table_.candidates(id)) {
        CandidateView shown;
        shown.source = candidate.source;
        shown.distance = candidate.distance;
        if (candidate.source == RouteSource::Kernel) shown.metric = table_.kernel_metric(id);
        shown.age = std::chrono::seconds(clock - candidate.since);
        shown.forwarding = &groups_[candidate.forwarding].identity;
        shown.on_link = places(candidate);
        shown.passed_over = ways_.passed_over(groups_[candidate.forwarding]);
        shown.usable = usable(view.prefix, candidate);
        if (!shown.usable) shown.problem = problem_of(*shown.forwarding);
        shown.selected = view.candidates.empty();
        view.candidates.push_back(std::move(shown));
    }
    return view;
}

// The kernel's own routes are shown as the kernel has them, whatever their links do.
std::vector<OnLink> Fib::places(const Candidate& candidate) const {
    const auto& group = groups_[candidate.forwarding];
    std::vector<OnLink> all;
    if (candidate.source == RouteSource::Kernel) {
        for (const auto& next_hop : group.identity.best)
            all.push_back({next_hop.gateway, next_hop.interface});
        return all;
    }
    for (const auto& hop : plain_hops(group.wanted))
        all.push_back(hop.target);
    return all;
}

NextHopProblem Fib::problem_of(const Forwarding& forwarding) const {
    for (const auto& next_hop : forwarding.best)
        if (next_hop.gateway) {
            const auto& state = next_hops_[{*next_hop.gateway, next_hop.interface}].state;
            if (!state.reachable) return state.problem;
        }
    const auto vetoed = [this](const NextHop& hop) { return vetoes_.vetoed(hop.neighbor); };
    if (std::ranges::any_of(forwarding.best, vetoed)) return NextHopProblem::Vetoed;
    return NextHopProblem::NoRoute;  // a link that is down, or its own prefix on the way
}

InstallState Fib::state_of(PrefixId id, const RouteEntry& entry, int error) const {
    if (!entry.has_candidate()) return InstallState::Pending;  // on its way out
    if (entry.source == RouteSource::Connected) return InstallState::NotOurs;
    if (entry.source == RouteSource::Kernel) {
        const auto candidates = table_.candidates(id);
        const bool ours = std::ranges::any_of(candidates, &Candidate::is_ours);
        return ours ? InstallState::Conflict : InstallState::NotOurs;
    }
    if (!config_.enabled) return InstallState::Disabled;
    if (!wanted(id, entry))
        return usable(table_.entries().prefix(id), entry.selected()) ? InstallState::Covered
                                                                     : InstallState::Unusable;
    if (entry.has(flag::kError) && entry.has(flag::kProbe)) return InstallState::Pending;
    if (error != 0) return error == EEXIST ? InstallState::Conflict : InstallState::Failed;
    const auto step = next_step(id, entry);
    if (entry.has(flag::kInFlight) || (step != Step::None && step != Step::Lazy))
        return InstallState::Pending;
    return InstallState::Installed;
}

// Prefixes that are to be in the kernel, but for those that stand back: those of the usable groups,
// but for what may not use its group because it leads over the very prefix.
void Fib::count_usable(FibSummary& summary) const {
    if (!config_.enabled || stopping_) return;
    for (ForwardingId id = 0; id < groups_.slots(); ++id) {
        const auto& group = groups_[id];
        if (group.selected[0] + group.selected[1] == 0 || !group.usable()) continue;
        for (std::size_t family = 0; family < std::size(summary.families); ++family)
            summary.families[family].wanted += group.selected[family];
        for (const auto& prefix : std::set(group.chain.begin(), group.chain.end())) {
            const auto over = table_.entries().find(prefix);
            if (over == net::PrefixMap<RouteEntry>::kNone) continue;
            const auto& entry = table_.entries()[over];
            if (entry.is_ours() && entry.forwarding == id)
                --summary.families[family_index(over)].wanted;
        }
    }
}

// A foreign route has won a prefix that is wanted for ours too.
bool Fib::is_conflict(PrefixId id, const std::vector<Candidate>& losing) const {
    return table_.entries()[id].source == RouteSource::Kernel &&
           std::ranges::any_of(losing, &Candidate::is_ours);
}

FibSummary::PerFamily FibSummary::total() const {
    auto total = families[0];
    for (const auto count :
         {&PerFamily::wanted, &PerFamily::installed, &PerFamily::unusable, &PerFamily::covered,
          &PerFamily::conflicts, &PerFamily::failed, &PerFamily::stale})
        total.*count += families[1].*count;
    return total;
}

// From what is counted anyway; only the contested prefixes are looked at.
FibSummary Fib::summary() const {
    FibSummary summary;
    const auto& entries = table_.entries();
    for (std::size_t source = 0; source < std::size(selected_); ++source)
        summary.sources[source] = {selected_[source], selected_[source]};
    for (std::size_t family = 0; family < std::size(counts_); ++family) {
        const auto& counted = counts_[family];
        auto& shown = summary.families[family];
        shown.installed = counted.present;
        shown.conflicts = counted.conflicts;
        shown.failed = counted.failed;
        shown.stale = counted.stale;
    }
    for (const auto& [id, others] : table_.contested()) {
        for (const auto& other : others)
            if (other.source != entries[id].source)
                ++summary.sources[static_cast<std::size_t>(other.source)].routes;
        if (is_conflict(id, others)) ++summary.families[family_index(id)].conflicts;
    }
    count_usable(summary);
    for (std::size_t family = 0; family < std::size(counts_); ++family)
        summary.families[family].unusable =
            counts_[family].selected - summary.families[family].wanted;
    count_covered(summary);
    summary.prefixes = entries.size();
    summary.pending = queue_.size() + pending_.size();
    summary.notes = reports_.note_counts();
    summary.failovers = failover_times_;
    summary.groups = groups_.group_count();
    summary.objects = groups_.object_count();
    return summary;
}

}  // namespace dx::fib
