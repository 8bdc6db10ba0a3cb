// Metrics in Prometheus's text format: the only file that knows prometheus-cpp.
#include <ostream>
#include <sstream>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "daemon/control/metrics.hpp"

namespace dx::control {
namespace {

prometheus::MetricType type_of(MetricType type) {
    switch (type) {
        case MetricType::Gauge: break;
        case MetricType::Counter: return prometheus::MetricType::Counter;
        case MetricType::Histogram: return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Gauge;
}

prometheus::ClientMetric::Histogram cumulative(const DurationHistogram& histogram) {
    prometheus::ClientMetric::Histogram result;
    for (const auto& bucket : histogram.buckets) {
        result.sample_count += bucket.count;
        result.bucket.push_back({result.sample_count, bucket.at_most.count()});
    }
    result.sample_count += histogram.longer;
    result.sample_sum = histogram.sum.count();
    return result;
}

prometheus::ClientMetric metric_of(const MetricFamily& family, const MetricSample& sample) {
    prometheus::ClientMetric metric;
    for (std::size_t i = 0; i < family.labels.size(); ++i)
        metric.label.push_back({family.labels[i], sample.labels[i]});
    metric.counter.value = metric.gauge.value = sample.value;  // which one, the type says
    if (sample.histogram) metric.histogram = cumulative(*sample.histogram);
    return metric;
}

}  // namespace

std::string exposition(const std::vector<MetricFamily>& families) {
    std::vector<prometheus::MetricFamily> all;
    for (const auto& family : families) {
        if (family.samples.empty()) continue;
        auto& made = all.emplace_back();
        made.name = family.name;
        made.help = family.help;
        made.type = type_of(family.type);
        for (const auto& sample : family.samples)
            made.metric.push_back(metric_of(family, sample));
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, all);
    return std::move(out).str();
}

}  // namespace dx::control
