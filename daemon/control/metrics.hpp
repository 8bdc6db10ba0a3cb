// What `/metrics` says: made anew from the views for each scrape, so nothing is counted twice and a
// scrape costs as much as there are neighbors, not routes. One table of rows a noun, in a file of
// its own; docs/metrics.md is written from the same tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/control/health_views.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

enum class MetricType { Gauge, Counter, Histogram };

std::string_view to_string(MetricType type);  // "gauge"

struct MetricSample {
    std::vector<std::string> labels;  // the values of the family's labels
    double value = 0;
    std::optional<DurationHistogram> histogram;  // instead of `value`
};

struct MetricFamily {
    std::string name;
    MetricType type{};
    std::string help;
    std::vector<std::string> labels;
    std::vector<MetricSample> samples;
};

struct Scrape {
    VersionView version;
    BgpView bgp;
    std::vector<NeighborView> neighbors;
    std::vector<BfdPeerView> bfd_peers;
    FibView fib;
    HealthView health;
    std::vector<ThreadView> threads;
};

// All families, those without a sample too.
std::vector<MetricFamily> metric_families(const Scrape& scrape);

// In Prometheus's text format, families without samples left out.
std::string exposition(const std::vector<MetricFamily>& families);

// One noun each, in a file of the same name.
void append_neighbor_metrics(const Scrape& scrape, std::vector<MetricFamily>& out);
void append_bfd_metrics(const Scrape& scrape, std::vector<MetricFamily>& out);
void append_gateway_metrics(const Scrape& scrape, std::vector<MetricFamily>& out);
void append_table_metrics(const Scrape& scrape, std::vector<MetricFamily>& out);
void append_daemon_metrics(const Scrape& scrape, std::vector<MetricFamily>& out);

}  // namespace dx::control
