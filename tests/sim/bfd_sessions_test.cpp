#include <algorithm>
#include <string>

#include "tests/sim/bfd_pair.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::bfd;
using namespace std::chrono_literals;
using sim::BfdLinkSettings;
using sim::BfdPair;

namespace {

constexpr std::uint32_t kSeeds = 300;

SessionSettings every(Interval interval, std::uint8_t multiplier = 3) {
    return {interval, interval, multiplier};
}

SessionSettings random_settings(BfdPair& pair) {
    constexpr std::array kIntervals{10ms, 20ms, 50ms, 100ms, 300ms, 1000ms, 2000ms};
    const auto any = [&] {
        return kIntervals[pair.random(0, kIntervals.size() - 1)] +
               std::chrono::microseconds(pair.random(0, 999));
    };
    return {any(), any(), static_cast<std::uint8_t>(pair.random(3, 6))};
}

// What the sides do when nothing changes any more, by RFC 5880 6.8.4 and 6.8.7.
void check_agreement(BfdPair& pair, const std::array<SessionSettings, 2>& settings) {
    for (const std::size_t side : {0, 1}) {
        const auto status = pair.session(side).status();
        const auto& ours = settings[side];
        const auto& theirs = settings[1 - side];
        CHECK(status.transmit_interval == std::max(ours.desired_min_tx, theirs.required_min_rx));
        CHECK(status.detection_time ==
              theirs.detect_multiplier * std::max(ours.required_min_rx, theirs.desired_min_tx));
        CHECK_FALSE(status.polling);
    }
}

}  // namespace

TEST_CASE("two sessions come Up over a link that loses a third, delays and reorders") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        BfdPair pair(seed, {1 / 3., 0, 1ms, 200ms, true}, every(300ms), every(500ms));
        REQUIRE(pair.run_until([&] { return pair.both_up(); }, 120s));
    }
}

TEST_CASE("without loss they are Up in three trips and agree within two more") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        BfdPair pair(seed, {}, every(300ms), every(500ms));
        REQUIRE(pair.run_until([&] { return pair.both_up(); }, 300us));
        pair.run_for(200us);
        check_agreement(pair, {every(300ms), every(500ms)});
    }
}

TEST_CASE("they stay Up while a packet more than those lost in a row is in the detection time") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        BfdPair pair(seed, {0.5, 1, 1ms, 250ms, false}, every(300ms), every(300ms));
        REQUIRE(pair.run_until([&] { return pair.both_up(); }, 60s));
        pair.run_for(1s);
        pair.start_reordering();  // not before: a Down that comes late would be believed
        pair.run_for(60s);
        REQUIRE(pair.downs() == 0);
        for (const std::size_t side : {0, 1}) {
            const auto margin = pair.session(side).status().smallest_margin;
            REQUIRE(margin);
            CHECK(*margin > 0us);
            CHECK(*margin < 400ms);
        }
    }
}

TEST_CASE("a multiplier of 1 holds where nothing is lost") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        BfdPair pair(seed, {0, 0, 1ms, 20ms, false}, every(300ms, 1), every(300ms, 1));
        REQUIRE(pair.run_until([&] { return pair.both_up(); }, 10s));
        pair.run_for(60s);
        REQUIRE(pair.downs() == 0);
    }
}

TEST_CASE("a link that is cut is noticed when the detection time is over, to the microsecond") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        BfdPair pair(seed, {0, 0, 1ms, 30ms, false}, every(300ms), every(100ms, 5));
        REQUIRE(pair.run_until([&] { return pair.both_up(); }, 10s));
        pair.run_for(std::chrono::microseconds(pair.random(5'000'000, 6'000'000)));
        REQUIRE(pair.both_up());
        const std::array times{pair.session(0).status().detection_time.value(),
                               pair.session(1).status().detection_time.value()};
        CHECK(times == std::array<Interval, 2>{1500ms, 900ms});
        pair.cut();
        pair.run_for(2s);
        for (const std::size_t side : {0, 1}) {
            const auto& down = pair.changes(side).back();
            CHECK(down.transition.is_failure());
            CHECK(down.transition.diagnostic == Diagnostic::ControlDetectionTimeExpired);
            const bool exact = down.at == pair.last_arrival(side) + times[side];
            CHECK(exact);
        }
    }
}

// In order, as a link of one hop keeps it: a packet with former values that overtakes the Final
// would end the session of any implementation.
TEST_CASE("intervals may change at any moment, on a link that loses, without a flap") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        BfdPair pair(seed, {0.3, 1, 100us, 8ms, false}, every(300ms), every(300ms));
        REQUIRE(pair.run_until([&] { return pair.both_up(); }, 60s));
        std::array<SessionSettings, 2> settings{every(300ms), every(300ms)};
        for (int change = 0; change < 100; ++change) {
            const std::size_t side = pair.random(0, 1);
            settings[side] = random_settings(pair);
            pair.configure(side, settings[side]);
            pair.run_for(std::chrono::microseconds(pair.random(0, pair.random(1, 3'000'000))));
            REQUIRE(pair.downs() == 0);
        }
        pair.run_for(60s);
        REQUIRE(pair.downs() == 0);
        check_agreement(pair, settings);
    }
}
