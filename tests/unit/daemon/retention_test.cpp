#include "daemon/retention.hpp"

#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::Retention;
using net::Family;
using Phase = daemon::Retention::Phase;

namespace {

constexpr Retention::TimePoint kNow{1000s};
constexpr auto kStaleTime = 180s;
const bgp::Families kTold{Family::Ipv4, Family::Ipv6};
const std::vector<bgp::KeptFamily> kBoth{{Family::Ipv4, 120s, 0s}, {Family::Ipv6, 60s, 3600s}};

// The peer is back, having forwarded these families; `long_lived`: it says so in RFC 9494's too.
bgp::Negotiated back_with(std::initializer_list<Family> families, bool long_lived = false) {
    bgp::Negotiated agreed;
    agreed.families = {Family::Ipv4, Family::Ipv6};
    agreed.sent.capabilities.graceful_restart.emplace();
    auto& theirs = agreed.received.capabilities;
    theirs.graceful_restart.emplace();
    theirs.long_lived_restart.emplace();
    for (const auto family : families) {
        theirs.graceful_restart->families.push_back({bgp::AfiSafi::unicast(family), true});
        theirs.long_lived_restart->families.push_back(
            {bgp::AfiSafi::unicast(family), long_lived, 3600s});
    }
    return agreed;
}

}  // namespace

TEST_CASE("nothing is kept at first, and after a loss that keeps nothing") {
    Retention retention;
    CHECK_FALSE(retention.any());
    CHECK_FALSE(retention.next());
    retention.begin(kBoth, kTold, kNow);
    CHECK(retention.any());
    CHECK(retention.away());
    retention.begin({}, kTold, kNow);
    CHECK_FALSE(retention.any());
}

TEST_CASE("who does not come back in time has its routes ended, or made the last choice") {
    Retention retention;
    retention.begin(kBoth, kTold, kNow);
    CHECK(retention.next() == kNow + 60s);
    CHECK(retention.advance(kNow + 59s).empty());

    auto ended = retention.advance(kNow + 60s);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].family == Family::Ipv6);
    CHECK(ended[0].was.phase == Phase::Away);
    REQUIRE(ended[0].now);
    CHECK(ended[0].now->phase == Phase::LongAway);
    CHECK(retention.next() == kNow + 120s);

    ended = retention.advance(kNow + 120s);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].family == Family::Ipv4);
    CHECK_FALSE(ended[0].now);
    CHECK(retention.next() == kNow + 3660s);
    CHECK(retention.advance(kNow + 3660s).size() == 1);
    CHECK_FALSE(retention.any());
}

TEST_CASE("who is back and has forwarded keeps its routes until End-of-RIB, or too long a time") {
    Retention retention;
    retention.begin(kBoth, kTold, kNow);
    CHECK(retention.resume(back_with({Family::Ipv4}), kNow + 10s, kStaleTime) ==
          std::vector{Family::Ipv6});
    CHECK_FALSE(retention.away());
    CHECK(retention.of(Family::Ipv4)->phase == Phase::Back);
    CHECK(retention.next() == kNow + 10s + kStaleTime);
    SECTION("End-of-RIB") {
        CHECK(retention.complete(Family::Ipv4));
        CHECK_FALSE(retention.complete(Family::Ipv4));
        CHECK_FALSE(retention.any());
    }
    SECTION("none comes") {
        const auto ended = retention.advance(kNow + 10s + kStaleTime);
        REQUIRE(ended.size() == 1);
        CHECK(ended[0].was.phase == Phase::Back);
        CHECK_FALSE(ended[0].now);
    }
}

TEST_CASE("after its restart time the long-lived capability says whether it has forwarded") {
    Retention retention;
    retention.begin({kBoth[1]}, kTold, kNow);
    retention.advance(kNow + 60s);
    const bool forwarded = GENERATE(true, false);
    const auto lost =
        retention.resume(back_with({Family::Ipv6}, forwarded), kNow + 100s, kStaleTime);
    CHECK(lost.empty() == forwarded);
    CHECK(retention.any() == forwarded);
}

TEST_CASE("a second loss is a restart of its own only if the session had told something") {
    Retention retention;
    retention.begin(kBoth, kTold, kNow);
    CHECK(
        retention.resume(back_with({Family::Ipv4, Family::Ipv6}), kNow + 10s, kStaleTime).empty());
    CHECK(retention.begin(kBoth, {Family::Ipv6}, kNow + 20s) == kTold);
    CHECK(retention.of(Family::Ipv4)->until == kNow + 120s);  // as before
    CHECK(retention.of(Family::Ipv6)->until == kNow + 80s);
    CHECK(retention.of(Family::Ipv4)->phase == Phase::Away);

    // Again and again does not help: its time is over, but for what may be kept for long.
    retention.resume(back_with({Family::Ipv4, Family::Ipv6}), kNow + 30s, kStaleTime);
    CHECK(retention.begin(kBoth, {}, kNow + 120s) == bgp::Families{Family::Ipv6});
    CHECK_FALSE(retention.of(Family::Ipv4));
    CHECK(retention.of(Family::Ipv6)->phase == Phase::Away);
    retention.advance(kNow + 120s);
    CHECK(retention.of(Family::Ipv6)->phase == Phase::LongAway);
}

// RFC 9494 4.2: "The timer is neither stopped nor updated until the EoR marker is received".
TEST_CASE("what is kept for long has its time, however often the neighbor comes back") {
    Retention retention;
    retention.begin({kBoth[1]}, kTold, kNow);
    retention.advance(kNow + 60s);
    const auto end = kNow + 3660s;
    CHECK(retention.next() == end);

    const auto back = back_with({Family::Ipv6}, true);
    CHECK(retention.resume(back, kNow + 100s, kStaleTime).empty());
    CHECK(retention.next() == kNow + 100s + kStaleTime);
    CHECK(retention.begin({kBoth[1]}, kTold, kNow + 110s) == bgp::Families{Family::Ipv6});
    CHECK(retention.of(Family::Ipv6)->phase == Phase::LongAway);
    CHECK(retention.next() == end);
    SECTION("it ends during the synchronization") {
        retention.resume(back, end - 10s, kStaleTime);
        CHECK(retention.next() == end);
        CHECK(retention.advance(end).size() == 1);
        CHECK_FALSE(retention.any());
    }
    SECTION("it ends to the moment, not up to a second later") {
        retention.resume(back, end - 1500ms, kStaleTime);
        CHECK(retention.next() == end);
    }
    SECTION("it ends, and then a session does that told nothing") {
        retention.resume(back, end - 10s, kStaleTime);
        CHECK(retention.begin({kBoth[1]}, {}, end).empty());
    }
    SECTION("it ends, and what the session told has a restart of its own") {
        retention.resume(back, end - 10s, kStaleTime);
        CHECK(retention.begin({kBoth[1]}, kTold, end) == bgp::Families{Family::Ipv6});
        CHECK(retention.of(Family::Ipv6)->phase == Phase::Away);
        CHECK(retention.next() == end + 60s);
    }
    SECTION("once all was told, the next loss is a restart of its own") {
        retention.resume(back, kNow + 120s, kStaleTime);
        CHECK(retention.complete(Family::Ipv6));
        retention.begin({kBoth[1]}, kTold, kNow + 200s);
        CHECK(retention.of(Family::Ipv6)->phase == Phase::Away);
        CHECK(retention.next() == kNow + 260s);
    }
    SECTION("and so it is where the stale time has ended the wait for that") {
        retention.resume(back, kNow + 120s, kStaleTime);
        CHECK(retention.advance(kNow + 300s).size() == 1);
        retention.begin({kBoth[1]}, kTold, kNow + 400s);
        CHECK(retention.of(Family::Ipv6)->phase == Phase::Away);
    }
}

TEST_CASE("what is told of routes that are kept is the time that is left, and as what") {
    Retention retention;
    retention.begin({kBoth[1]}, kTold, kNow);
    CHECK(to_string(*retention.of(Family::Ipv6), kNow + 10500ms) ==
          "kept in use, 50 s to come back (graceful restart)");
    retention.advance(kNow + 60s);
    CHECK(to_string(*retention.of(Family::Ipv6), kNow + 160s) ==
          "kept as the last choice, 3500 s to come back (long-lived graceful restart)");
}
