#include "libfib/text/duration.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using dx::text::duration_text;
using dx::text::parse_duration;

TEST_CASE("a duration has a unit, and a bare number is seconds") {
    CHECK(parse_duration("300ms") == 300ms);
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("30") == 30s);
    CHECK(parse_duration("3m") == 3min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("1d") == 24h);
    CHECK(parse_duration("0") == 0s);
}

TEST_CASE("what is no number with a unit behind it is no duration") {
    for (const auto* text :
         {"", "s", "-1s", "+1s", "1.5s", "3 m", " 3m", "3m ", "10x", "1S", "99999999999999999999s"})
        CHECK_FALSE(parse_duration(text));
}

TEST_CASE("a duration beyond what can be told stays positive") {
    CHECK(*parse_duration("18446744073709551615d") > 24h * 365 * 1000);
}

TEST_CASE("a duration is written in the largest unit that leaves nothing over") {
    CHECK(duration_text(0ms) == "0s");
    CHECK(duration_text(300ms) == "300ms");
    CHECK(duration_text(1500ms) == "1500ms");
    CHECK(duration_text(90s) == "90s");
    CHECK(duration_text(120s) == "2m");
    CHECK(duration_text(72h) == "3d");
}
