#include "cli/duration.hpp"

#include "cli/failure.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using dx::cli::duration_of;

TEST_CASE("the duration of a command is the configuration's, or wrong usage") {
    CHECK(duration_of("3m") == 3min);
    CHECK_THROWS_AS(duration_of("3 m"), dx::cli::Failure);
}
