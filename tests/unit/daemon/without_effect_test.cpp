#include "daemon/without_effect.hpp"

#include "tests/support/catch.hpp"

using namespace dx;

TEST_CASE("what has no effect is named") {
    config::Config config;
    config.static_routes.emplace_back();
    CHECK(daemon::without_effect(config).empty());
    config.static_routes.front().bfd.emplace();
    CHECK(daemon::without_effect(config).size() == 1);
}
