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
        : record(io, disk, state,
                 [this](bool, const std::string& text) { reports.push_back(text); }) {}

    boost::asio::io_context io;
    daemon::Disk disk{io};
    std::vector<std::string> reports;
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

TEST_CASE("a file that says nothing sensible is none, which is told, and is written anew") {
    control::TemporaryDirectory directory;
    const std::filesystem::path state = directory.file("state");
    std::filesystem::create_directory(state);
    std::ofstream(std::filesystem::path(state) / "metrics.json")
        << GENERATE("{", "[]", R"({"metrics": ["x"]})");
    CHECK(noted_metrics(state).empty());
    {
        Run run(state);
        REQUIRE(run.reports.size() == 1);
        CHECK(run.reports.front().ends_with(
            "metrics.json is damaged; routes of an earlier run with another fib.metric stay in the "
            "kernel"));
        run.record.note(20);
    }
    CHECK(noted_metrics(state) == Metrics{20});
}
