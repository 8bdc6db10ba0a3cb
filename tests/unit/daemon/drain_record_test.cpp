#include "daemon/drain_record.hpp"

#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx;
using namespace std::chrono_literals;
using Names = daemon::DrainRecord::Names;

namespace {

struct Lab {
    // What a run that starts now finds.
    Names found() {
        boost::asio::io_context other;
        daemon::Disk its_disk(other);
        return daemon::DrainRecord(other, its_disk, state, [](bool, const auto&) {}).load();
    }

    template <class Done>
    bool run_until(Done done) {
        const auto end = std::chrono::steady_clock::now() + 2s;
        while (!done() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_for(1ms);
        }
        return done();
    }

    control::TemporaryDirectory directory;
    std::filesystem::path state = directory.file("state");
    boost::asio::io_context io;
    daemon::Disk disk{io};
    std::vector<std::pair<bool, std::string>> reports;
    daemon::DrainRecord record{
        io, disk, state,
        [this](bool trouble, const std::string& text) { reports.emplace_back(trouble, text); },
        5ms};
};

}  // namespace

TEST_CASE("what is drained is found by the next run, for its owner alone") {
    Lab lab;
    std::filesystem::create_directory(lab.state);
    CHECK(lab.record.load().empty());
    lab.record.keep({"dx1", "dx2"});
    lab.io.run();
    CHECK(lab.found() == Names{"dx1", "dx2"});
    CHECK(std::filesystem::status(lab.state / "drained.json").permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(lab.reports.empty());
}

TEST_CASE("the last word counts, however fast they come; nothing drained is no file") {
    Lab lab;
    std::filesystem::create_directory(lab.state);
    lab.record.keep({"dx1"});
    lab.record.keep({"dx1", "dx2"});
    lab.record.keep({"dx2"});
    lab.io.run();
    CHECK(lab.found() == Names{"dx2"});
    lab.record.keep({"dx1"});
    lab.record.keep({});
    lab.io.restart();
    lab.io.run();
    CHECK_FALSE(std::filesystem::exists(lab.state / "drained.json"));
}

TEST_CASE("what cannot be written is said once, and tried until it can") {
    Lab lab;
    std::ofstream(lab.state) << "in the way";
    lab.record.keep({"dx1"});
    lab.run_until([began = std::chrono::steady_clock::now()] {
        return std::chrono::steady_clock::now() - began > 50ms;
    });
    REQUIRE(lab.reports.size() == 1);
    CHECK(lab.reports[0].first);
    std::filesystem::remove(lab.state);
    std::filesystem::create_directory(lab.state);
    REQUIRE(lab.run_until([&] { return lab.reports.size() == 2; }));
    CHECK_FALSE(lab.reports[1].first);
    CHECK(lab.found() == Names{"dx1"});
}

TEST_CASE("of a file that is damaged nothing is taken, and that is said") {
    for (const auto* text : {"", "{", "[]", "{\"drained\":7}", "{\"drained\":[1]}"}) {
        CAPTURE(text);
        Lab lab;
        std::filesystem::create_directory(lab.state);
        std::ofstream(lab.state / "drained.json") << text;
        CHECK(lab.record.load().empty());
        REQUIRE(lab.reports.size() == 1);
        CHECK(lab.reports[0].second == (lab.state / "drained.json").string() +
                                           " is damaged; what was drained before is in use now");
        lab.record.keep({});
        lab.io.run();
        CHECK_FALSE(std::filesystem::exists(lab.state / "drained.json"));
    }
}

TEST_CASE("the last word is on the disk though the loop runs no more") {
    const control::TemporaryDirectory directory;
    const std::filesystem::path state = directory.file("state");
    std::filesystem::create_directory(state);
    const auto say = [&state](const std::vector<Names>& words) {
        boost::asio::io_context io;
        daemon::Disk disk(io);
        daemon::DrainRecord record(io, disk, state, [](bool, const auto&) {});
        record.load();
        for (const auto& names : words)
            record.keep(names);
    };
    say({{"dx1"}, {}});
    CHECK_FALSE(std::filesystem::exists(state / "drained.json"));
    say({{}, {"dx1"}, {"dx2"}});
    CHECK(std::filesystem::exists(state / "drained.json"));
    say({});
    CHECK(std::filesystem::exists(state / "drained.json"));
}

TEST_CASE("what need not be written any more is no trouble any more") {
    Lab lab;
    CHECK(lab.record.load().empty());
    std::ofstream(lab.state) << "in the way";
    lab.record.keep({"dx1"});
    REQUIRE(lab.run_until([&] { return lab.reports.size() == 1; }));
    CHECK(lab.reports[0].second.ends_with("; a restart takes for drained what was so before"));
    lab.record.keep({});
    REQUIRE(lab.run_until([&] { return lab.reports.size() == 2; }));
    CHECK_FALSE(lab.reports[1].first);
}

TEST_CASE("who asks is told when the last word is on the disk, or why it is not") {
    Lab lab;
    std::vector<std::string> told;
    const auto ask = [&] {
        lab.record.when_written([&](const auto& trouble) { told.push_back(trouble); });
    };
    CHECK(lab.record.load().empty());
    ask();  // nothing is to be written
    CHECK(told == std::vector<std::string>{""});
    std::ofstream(lab.state) << "in the way";
    lab.record.keep({"dx1"});
    ask();
    CHECK(told.size() == 1);
    REQUIRE(lab.run_until([&] { return told.size() == 2; }));
    CHECK(told[1].starts_with("cannot create " + lab.state.string()));
    std::filesystem::remove(lab.state);
    std::filesystem::create_directory(lab.state);
    lab.record.keep({"dx1", "dx2"});
    ask();
    REQUIRE(lab.run_until([&] { return told.size() == 3; }));
    CHECK(told[2].empty());
    CHECK(lab.found() == Names{"dx1", "dx2"});
}
