// The metrics of the gateways of static routes that BFD watches or that are tracked.
#include "daemon/control/metric_table.hpp"

namespace dx::control {
namespace {

using enum MetricType;
using Values = MetricValues;

constexpr MetricRow<GatewayView> kRows[] = {
    {"dxrouted_gateway_up", Gauge,
     "1 while the static routes via a gateway with `bfd` or `track` are used: BFD is Up, or it "
     "answers. Else 0.",
     [](const GatewayView& of, Values& out) { out.add(of.up); }},
    {"dxrouted_gateway_static_routes", Gauge,
     "Static routes that stand and fall with the gateway, used or not.",
     [](const GatewayView& of, Values& out) { out.add(of.routes); }},
};

}  // namespace

void append_gateway_metrics(const Scrape& scrape, std::vector<MetricFamily>& out) {
    MetricTable<GatewayView> table(kRows, {"gateway", "watched_by"});
    for (const auto& gateway : scrape.health.gateways)
        table.add(gateway, {gateway.gateway, gateway.watched_by});
    table.append_to(out);
}

}  // namespace dx::control
