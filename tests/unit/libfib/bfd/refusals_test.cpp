#include "libfib/bfd/refusals.hpp"

#include "tests/support/catch.hpp"

using namespace dx::bfd;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{1h};

}  // namespace

TEST_CASE("refused packets are told once, and again when they have ended") {
    Refusals refusals;
    CHECK_FALSE(refusals.end_if_quiet(kStart));
    CHECK(refusals.refuse(Discard::Authentication, kStart));
    for (auto at = kStart; at < kStart + 5min; at += 300ms) {
        CHECK_FALSE(refusals.refuse(Discard::Authentication, at));
        CHECK_FALSE(refusals.end_if_quiet(at + 299ms));
    }
    CHECK(refusals.reason() == Discard::Authentication);
    const auto later = kStart + 5min + Refusals::kQuiet;
    CHECK(refusals.end_if_quiet(later));
    CHECK_FALSE(refusals.end_if_quiet(later));
    CHECK(refusals.reason() == std::nullopt);
}

TEST_CASE("a spell of refused packets ends when the session comes Up") {
    Refusals refusals;
    CHECK_FALSE(refusals.end());
    refusals.refuse(Discard::HopLimit, kStart);
    CHECK(refusals.end());
    CHECK_FALSE(refusals.end());
    CHECK(refusals.reason() == std::nullopt);
}

TEST_CASE("spells that follow each other are told once a minute, and known all the time") {
    Refusals refusals;
    int told = 0;
    for (auto at = kStart; at < kStart + 10min; at += 11s) {
        const bool began = refusals.refuse(Discard::Version, at);
        CHECK(refusals.reason() == Discard::Version);
        CHECK(refusals.end_if_quiet(at + 10s) ==
              began);  // the end of what was told, and of no other
        told += began ? 1 : 0;
    }
    CHECK(told <= 10);
    CHECK(told > 8);
}

TEST_CASE("a spell that goes on is told when a minute has passed since the last one was") {
    Refusals refusals;
    REQUIRE(refusals.refuse(Discard::Version, kStart));
    REQUIRE(refusals.end());
    CHECK_FALSE(refusals.refuse(Discard::Version, kStart + 1s));
    CHECK_FALSE(refusals.refuse(Discard::Length, kStart + 59s));
    CHECK(refusals.refuse(Discard::Length, kStart + 60s));
    CHECK(refusals.reason() == Discard::Length);
}
