// The metrics under which our routes were in the kernel, kept over runs in STATE/metrics.json: a
// run that ends without a word, or takes back a change of fib.metric as it starts, leaves routes
// that the next one knows by nothing else.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "daemon/state_record.hpp"

namespace dx::daemon {

using Metrics = std::vector<std::uint32_t>;  // the newest first

// What the runs before noted; none where that cannot be read, which MetricRecord tells. Blocks: for
// a start.
Metrics noted_metrics(const std::filesystem::path& state);

class MetricRecord {
public:
    static constexpr std::size_t kKept = 8;

    // `disk` outlives this. Begins with what the runs before noted. Blocks: for a start.
    MetricRecord(boost::asio::io_context& io, Disk& disk, const std::filesystem::path& state,
                 StateRecord::Report report,
                 std::chrono::milliseconds retry = std::chrono::seconds(30));

    void note(std::uint32_t metric);  // before a route has it

    const std::string& trouble() const { return record_.trouble(); }

    void stop() { record_.stop(); }  // nothing is tried again, but for once at the end

private:
    StateRecord record_;
    Metrics metrics_;
};

}  // namespace dx::daemon
