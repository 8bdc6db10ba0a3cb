#include "cli/duration.hpp"

#include "cli/failure.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using dx::cli::duration_of;

TEST_CASE("durations are read as the configuration has them") {
    CHECK(duration_of("300ms") == 300ms);
    CHECK(duration_of("30s") == 30s);
    CHECK(duration_of("30") == 30s);
    CHECK(duration_of("3m") == 3min);
    CHECK(duration_of("1d") == 24h);
    CHECK(duration_of("0") == 0s);
}

TEST_CASE("what is no duration is wrong usage") {
    for (const auto* text : {"", "s", "-1s", "1.5s", "3 m", "10x", "99999999999999999999s"})
        CHECK_THROWS_AS(duration_of(text), dx::cli::Failure);
}
