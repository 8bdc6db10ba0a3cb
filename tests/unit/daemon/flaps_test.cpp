#include "daemon/flaps.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using dx::daemon::Flaps;

namespace {

constexpr Flaps::Clock::time_point kStart{1h};

}  // namespace

TEST_CASE("a circuit that never failed is used at once, whatever its return-delay") {
    const Flaps flaps;
    CHECK(flaps.delay(30s, kStart) == 0s);
}

TEST_CASE("a circuit that failed waits as long as it is configured") {
    Flaps flaps;
    flaps.failed(kStart);
    CHECK(flaps.delay(0s, kStart + 1s) == 0s);
    CHECK(flaps.delay(30s, kStart + 1s) == 30s);
}

TEST_CASE("three failures within five minutes make it wait ten seconds at least") {
    Flaps flaps;
    for (const auto at : {0s, 100s, 200s})
        flaps.failed(kStart + at);
    CHECK(flaps.delay(0s, kStart + 201s) == 10s);
    CHECK(flaps.delay(30s, kStart + 201s) == 30s);
    CHECK(flaps.delay(0s, kStart + 300s) == 0s);  // the first one is too long ago
}

TEST_CASE("a session that was ended on purpose comes back without delay") {
    Flaps flaps;
    for (const auto at : {0s, 1s, 2s})
        flaps.failed(kStart + at);
    flaps.ended();
    CHECK(flaps.delay(30s, kStart + 3s) == 0s);
    flaps.failed(kStart + 4s);
    CHECK(flaps.delay(0s, kStart + 5s) == 10s);
}
