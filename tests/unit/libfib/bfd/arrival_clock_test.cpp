#include "libfib/bfd/arrival_clock.hpp"

#include "tests/support/catch.hpp"

using namespace dx::bfd;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{1h};
constexpr TimeOfDay kToday{500'000h};

}  // namespace

TEST_CASE("a stamp says when the packet came") {
    ArrivalClock clock;
    clock.read(kStart, kToday);
    clock.read(kStart + 2s, kToday + 2s);
    const bool right = clock.arrival(kToday + 1500ms) == kStart + 1500ms;
    CHECK(right);
}

TEST_CASE("a packet came just now where nothing better is known") {
    ArrivalClock clock;
    clock.read(kStart, kToday);
    CHECK(clock.arrival(kToday - 1s) == kStart);  // nothing to compare with yet
    clock.read(kStart + 1s, kToday + 1s);
    CHECK(clock.arrival(std::nullopt) == kStart + 1s);
    CHECK(clock.arrival(kToday + 5s) == kStart + 1s);  // never later than now
}

TEST_CASE("stamps do not count while the time of day is set") {
    for (const auto step : {-1h, +1h}) {
        ArrivalClock clock;
        clock.read(kStart, kToday);
        clock.read(kStart + 1s, kToday + 1s + step);
        CHECK(clock.arrival(kToday + 500ms) == kStart + 1s);
        CHECK(clock.arrival(kToday + 500ms + step) == kStart + 1s);
        clock.read(kStart + 2s, kToday + 2s + step);
        CHECK(clock.arrival(kToday + 1500ms + step) == kStart + 1500ms);
    }
}
