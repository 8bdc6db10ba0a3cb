#include "daemon/metric_record.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include "daemon/durable_file.hpp"

namespace dx::daemon {

namespace json = boost::json;

namespace {

constexpr std::string_view kFile = "metrics.json";

// Throws where it makes no sense.
Metrics metrics_in(const std::string& text) {
    return json::value_to<Metrics>(json::parse(text).at("metrics"));
}

}  // namespace

Metrics noted_metrics(const std::filesystem::path& state) {
    try {
        const auto text = read_whole(state / kFile);
        return text ? metrics_in(*text) : Metrics();
    } catch (const std::exception&) {
        return {};
    }
}

MetricRecord::MetricRecord(boost::asio::io_context& io, Disk& disk,
                           const std::filesystem::path& state, StateRecord::Report report,
                           std::chrono::milliseconds retry)
    : record_(io, disk, state / kFile,
              {"routes of an earlier run with another fib.metric stay in the kernel",
               "after another fib.metric, routes of this run may stay in the kernel"},
              std::move(report), retry) {
    record_.load([this](const std::string& text) { metrics_ = metrics_in(text); });
}

void MetricRecord::note(std::uint32_t metric) {
    std::erase(metrics_, metric);
    metrics_.insert(metrics_.begin(), metric);
    metrics_.resize(std::min(metrics_.size(), kKept));
    record_.keep(json::serialize(json::object{{"metrics", json::value_from(metrics_)}}) + '\n');
}

}  // namespace dx::daemon
