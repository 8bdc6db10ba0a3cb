// `config …` of dxctl, byte for byte, through the daemon's own handlers.
#include <cstdlib>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

struct Place {
    Place() { std::ofstream(file) << "router: {asn: 65000}\n"; }

    std::string on_file(const std::string& words, const std::string& more = "") {
        return run(router, "config " + words + ' ' + file + more);
    }

    TemporaryDirectory directory;
    std::string file = directory.file("new.yaml");
    FakeRouter router = example_router();
};

}  // namespace

TEST_CASE("config apply sends the text, how long it may wait, and why") {
    Place place;
    place.router.result = {CommandResult::Outcome::Done, "change 4: 1 change applied", {"w"}};
    CHECK(place.on_file("apply", " comment \"more networks\" confirm 5m") ==
          "w\nchange 4: 1 change applied\n");
    CHECK(place.router.config_texts.back().text == "router: {asn: 65000}\n");
    CHECK(place.router.config_texts.back().name == place.file);
    CHECK(place.router.config_trials.back().confirm_within == std::chrono::minutes(5));
    CHECK(place.router.config_trials.back().comment == "more networks");
    CHECK_THROWS_AS(place.on_file("apply", " confirm soon"), Failure);
    for (const auto* time : {"0s", "999ms", "25h"})
        CHECK_THROWS_WITH(place.on_file("apply", std::string(" confirm ") + time),
                          "a change waits 1s to 1d for its `config confirm`");
    CHECK_THROWS_AS(run(place.router, "config apply /nonexistent.yaml"), Failure);
    CHECK(place.router.config_texts.size() == 1);
}

TEST_CASE("config check says every mistake, and exits with 2") {
    Place place;
    place.router.result = {CommandResult::Outcome::Misconfigured, "it has errors", {"a", "b"}};
    try {
        place.on_file("check");
        FAIL("no failure");
    } catch (const Failure& failure) {
        CHECK(failure.what() == std::string("it has errors\na\nb"));
        CHECK(failure.exit_code() == kUsage);
    }
}

TEST_CASE("config diff is one table, and what it does to routes") {
    Place place;
    place.router.config_diff.changes = {
        {"log.level", "changed", "info", "debug", {}, {}, "live"},
        {"networks", "changed", {}, {}, {"10.0.0.0/16"}, {"10.7.0.0/16"}, "live"},
        {"neighbors.dx1.password", "changed", "<hidden>", "<hidden>", {}, {}, "resets dx1"},
        {"neighbors.dx3", "added", {}, "192.0.2.9 AS 64513", {}, {}, "starts dx3"}};
    place.router.config_diff.effects = {{{"dx1", "ipv4", "withdraws 1, announces 1"}}};
    CHECK(place.on_file("diff") ==
          "Change                                   Effect\n"
          "log.level: info -> debug                 live\n"
          "networks: -10.0.0.0/16 +10.7.0.0/16      live\n"
          "neighbors.dx1.password: another content  resets dx1\n"
          "neighbors.dx3: added 192.0.2.9 AS 64513  starts dx3\n"
          "\nRoutes\n"
          "  dx1 ipv4: withdraws 1, announces 1\n");
    place.router.config_diff = {};
    CHECK(place.on_file("diff") == "Nothing changes.\n");
}

TEST_CASE("config history has who and when, and what waits") {
    ::setenv("TZ", "UTC", 1);
    Place place;
    place.router.config_history.entries = {{1, 100, "start", {}, ""}, {2, 200, "apply", 0, "why"}};
    place.router.config_history.pending = {2, 500, false};
    CHECK(run(place.router, "config history") ==
          "Number  Time                 User          What      Comment\n"
          "     1  1970-01-01 00:01:40  -             start     \n"
          "     2  1970-01-01 00:03:20  root          apply     why\n"
          "\nChange 2 waits for `config confirm`, and is taken back at 1970-01-01 00:08:20.\n");
    place.router.config_history.pending->taken_back = true;
    place.router.config_history.entries[1].confirmed_at = 260;
    place.router.config_history.entries[1].confirmed_by = 0;
    CHECK(run(place.router, "config history")
              .find("why\n        1970-01-01 00:04:20  root          confirmed\n\n") !=
          std::string::npos);
    CHECK(run(place.router, "config history")
              .ends_with("\nChange 2 was taken back; its file is not put back yet.\n"));
    CHECK(run(place.router, "config show 3") == "router: {asn: 65000}\n");
    run(place.router, "config rollback 1");
    CHECK(place.router.rollbacks == std::vector<std::uint32_t>{1});
    run(place.router, "config confirm");
    run(place.router, "config abort");
    CHECK(place.router.confirmed == 1);
    CHECK(place.router.given_back == 1);
}
