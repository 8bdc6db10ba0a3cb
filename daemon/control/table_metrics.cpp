// The metrics of the BGP tables and of what the kernel has of them.
#include "daemon/control/metric_table.hpp"

namespace dx::control {
namespace {

using enum MetricType;
using Values = MetricValues;

constexpr MetricRow<BgpView::Table> kBgpRows[] = {
    {"dxrouted_bgp_prefixes", Gauge, "Prefixes in the BGP table.",
     [](const BgpView::Table& of, Values& out) { out.add(of.prefixes); }},
    {"dxrouted_bgp_paths", Gauge, "Paths in the BGP table, of all neighbors and our own.",
     [](const BgpView::Table& of, Values& out) { out.add(of.paths); }},
    {"dxrouted_bgp_best_path_changes_total", Counter,
     "Changes of best paths: how busy the network is.",
     [](const BgpView::Table& of, Values& out) { out.add(of.version); }},
    {"dxrouted_bgp_table_bytes", Gauge,
     "Memory of the BGP table, with the attributes of all families in each.",
     [](const BgpView::Table& of, Values& out) { out.add(of.memory); }},
};

constexpr MetricRow<FibView::Table> kFibTableRows[] = {
    {"dxrouted_fib_routes",
     Gauge,
     "Routes of ours by what became of them: `installed` (the kernel has it), `unresolved` (no "
     "next hop can be used), `covered` (stands back behind a shorter route of a better circuit), "
     "`conflict` (another program's route has the prefix), `failed` (the kernel refused it). What "
     "is on its way is in none of them but the last two.",
     [](const FibView::Table& of, Values& out) {
         for (const auto& [state, count] : of.routes)
             out.add(count, {state});
     },
     {"state"}},
    {"dxrouted_fib_stale_routes", Gauge,
     "Installed routes of an earlier run that no neighbor has announced again yet.",
     [](const FibView::Table& of, Values& out) { out.add(of.stale); }},
};

constexpr MetricRow<FibView> kFibRows[] = {
    {"dxrouted_fib_pending_changes", Gauge,
     "Changes on their way to the kernel, not acknowledged yet.",
     [](const FibView& of, Values& out) { out.add(of.pending); }},
    {"dxrouted_fib_groups", Gauge,
     "Forwarding groups in the kernel: sets of next hops that routes share.",
     [](const FibView& of, Values& out) { out.add(of.groups); }},
    {"dxrouted_fib_nexthop_objects", Gauge, "Nexthop objects in the kernel, groups included.",
     [](const FibView& of, Values& out) { out.add(of.objects); }},
    {"dxrouted_fib_kernel_requests_total", Counter, "Requests to the kernel (rtnetlink).",
     [](const FibView& of, Values& out) { out.add(of.requests); }},
    {"dxrouted_fib_kernel_errors_total", Counter,
     "Requests that the kernel refused; most of them it takes at the next attempt.",
     [](const FibView& of, Values& out) { out.add(of.errors); }},
    {"dxrouted_fib_monitor_overruns_total", Counter,
     "Times that messages of the kernel were lost, each followed by a resync.",
     [](const FibView& of, Values& out) { out.add(of.overruns); }},
    {"dxrouted_fib_resyncs_total", Counter,
     "Times that the kernel's tables were read and compared; the start is the first.",
     [](const FibView& of, Values& out) { out.add(of.dumps); }},
    {"dxrouted_fib_incidents_total",
     Counter,
     "What happened to kernel routes: `route-deleted`, `route-changed`, `object-deleted` by "
     "another program, and put right; `ipv6-lost` of an interface whose MTU fell below 1280; "
     "`conflict` with another program's route, `conflict-over` when that is gone; `route-refused`, "
     "`object-refused` by the kernel; `adopted` and `swept` routes of an earlier run; differences "
     "`reconciled` by a resync.",
     [](const FibView& of, Values& out) {
         for (const auto& [what, count] : of.incidents)
             out.add(count, {what});
     },
     {"what"}},
    {"dxrouted_fib_failover_duration_seconds", Histogram,
     "From the word that a neighbor is lost until the kernel has moved its traffic. Not counted: "
     "links that went down, where the kernel moves it by itself; neighbors without a backup.",
     [](const FibView& of, Values& out) { out.add(of.failovers); }},
};

}  // namespace

void append_table_metrics(const Scrape& scrape, std::vector<MetricFamily>& out) {
    MetricTable<BgpView::Table> bgp(kBgpRows, {"family"});
    for (const auto& table : scrape.bgp.tables)
        bgp.add(table, {std::string(net::to_string(table.family))});
    bgp.append_to(out);
    MetricTable<FibView::Table> tables(kFibTableRows, {"family"});
    for (const auto& table : scrape.fib.tables)
        tables.add(table, {std::string(net::to_string(table.family))});
    tables.append_to(out);
    MetricTable<FibView> fib(kFibRows, {});
    fib.add(scrape.fib, {});
    fib.append_to(out);
}

}  // namespace dx::control
