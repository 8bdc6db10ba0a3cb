// Forwarding's counts as the metrics want them.
#include <array>

#include "daemon/kernel_events.hpp"
#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

using Kind = fib::FibNote::Kind;
using PerFamily = fib::FibSummary::PerFamily;

struct StateName {
    const char* name;
    std::uint64_t PerFamily::* count;
};

// The words of a route's state in the control API, where there is one.
constexpr std::array kStates{
    StateName{"installed", &PerFamily::installed}, StateName{"unresolved", &PerFamily::unusable},
    StateName{"covered", &PerFamily::covered},     StateName{"conflict", &PerFamily::conflicts},
    StateName{"failed", &PerFamily::failed},
};

constexpr std::array kIncidents{
    Kind::RouteDeletedByOther,  Kind::Ipv6Lost,     Kind::RouteChangedByOther,
    Kind::ObjectDeletedByOther, Kind::Conflict,     Kind::ConflictOver,
    Kind::RouteFailed,          Kind::ObjectFailed, Kind::RoutesAdopted,
    Kind::StaleSwept,           Kind::Reconciled,
};

control::DurationHistogram histogram(const fib::FailoverTimes& times) {
    control::DurationHistogram result;
    for (std::size_t i = 0; i < fib::FailoverTimes::kBounds.size(); ++i)
        result.buckets.push_back({fib::FailoverTimes::kBounds[i], times.counts()[i]});
    result.longer = times.counts().back();
    result.sum = times.sum();
    return result;
}

}  // namespace

control::FibView fib_view(const netlink::FibStats& stats) {
    control::FibView view;
    for (const auto family : bgp::kFamilies) {
        const auto& counts = stats.fib.families[static_cast<std::size_t>(family)];
        auto& table = view.tables.emplace_back();
        table.family = family;
        for (const auto& state : kStates)
            table.routes.emplace_back(state.name, counts.*state.count);
        table.stale = counts.stale;
    }
    for (const auto kind : kIncidents)
        view.incidents.emplace_back(incident_name(kind),
                                    stats.fib.notes[static_cast<std::size_t>(kind)]);
    view.pending = stats.fib.pending;
    view.groups = stats.fib.groups;
    view.objects = stats.fib.objects;
    view.requests = stats.kernel.requests;
    view.errors = stats.kernel.errors;
    view.overruns = stats.kernel.overruns;
    view.dumps = stats.kernel.dumps;
    view.failovers = histogram(stats.fib.failovers);
    return view;
}

}  // namespace dx::daemon
