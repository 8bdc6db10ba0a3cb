#include "daemon/without_effect.hpp"

#include "tests/support/catch.hpp"

using namespace dx;

TEST_CASE("a configuration of what there is needs no word") {
    config::Config config;
    config.neighbors.emplace_back().name = "a";
    CHECK(daemon::without_effect(config).empty());
}

TEST_CASE("what has no effect is named once, with its neighbors") {
    config::Config config;
    for (const auto* name : {"a", "b"}) {
        auto& neighbor = config.neighbors.emplace_back();
        neighbor.name = name;
        neighbor.graceful_restart.mode = config::GracefulRestart::Mode::Helper;
    }
    const auto lines = daemon::without_effect(config);
    REQUIRE(lines.size() == 1);
    CHECK(
        lines.front() ==
        "graceful-restart is not part of this version and has no effect: routes go when a session "
        "ends (a, b)");
}
