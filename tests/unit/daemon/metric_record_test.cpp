#include "daemon/metric_record.hpp"

#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx;
using daemon::Metrics;
using daemon::noted_metrics;

namespace {

struct Run {
    explicit Run(const std::filesystem::path& state)
        : record(io, disk, state, noted_metrics(state), [](bool, const auto&) {}) {}

    boost::asio::io_context io;
    daemon::Disk disk{io};
    daemon::MetricRecord record;
};

}  // namespace

TEST_CASE("the metrics of earlier runs are known, the newest first, each once and not for ever") {
    control::TemporaryDirectory directory;
    const std::filesystem::path state = directory.file("state");
    std::filesystem::create_directory(state);
    CHECK(noted_metrics(state).empty());
    Run(state).record.note(20);
    CHECK(noted_metrics(state) == Metrics{20});
    {
        Run run(state);
        run.record.note(10);
        run.record.note(20);
    }
    CHECK(noted_metrics(state) == Metrics{20, 10});
    {
        Run run(state);
        for (std::uint32_t metric = 100; metric < 120; ++metric)
            run.record.note(metric);
    }
    CHECK(noted_metrics(state).size() == daemon::MetricRecord::kKept);
    CHECK(noted_metrics(state).front() == 119);
}

TEST_CASE("a file that says nothing sensible is none, and is written anew") {
    control::TemporaryDirectory directory;
    const std::filesystem::path state = directory.file("state");
    std::filesystem::create_directory(state);
    std::ofstream(std::filesystem::path(state) / "metrics.json")
        << GENERATE("{", "[]", R"({"metrics": ["x"]})");
    CHECK(noted_metrics(state).empty());
    Run(state).record.note(20);
    CHECK(noted_metrics(state) == Metrics{20});
}
