// When a gateway counts as answering, whom the next question goes to, and when.
#include "daemon/reachability.hpp"

#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::Reachability;
using netlink::NeighborEntry;
using Ask = Reachability::Ask;

namespace {

Reachability answering(std::uint8_t misses = 3) {
    Reachability reachability({1s, misses});
    reachability.look(NeighborEntry::Unknown);
    reachability.look(NeighborEntry::Confirmed);
    REQUIRE(reachability.answers());
    return reachability;
}

}  // namespace

TEST_CASE("the first answer is enough, and until then there is a hurry") {
    Reachability reachability({1s, 3});
    CHECK_FALSE(reachability.answers());
    CHECK(reachability.look(NeighborEntry::Unknown) == Ask::Host);
    CHECK_FALSE(reachability.judged());
    CHECK(reachability.interval() == 50ms);
    CHECK(reachability.look(NeighborEntry::Confirmed) == Ask::Host);
    CHECK(reachability.answers());
    CHECK(reachability.interval() == 1s);
}

TEST_CASE("what the kernel knows already is an answer") {
    Reachability reachability({1s, 3});
    reachability.look(NeighborEntry::Confirmed);
    CHECK(reachability.answers());
}

TEST_CASE(
    "one that never answers is judged after the hurry, and its misses are counted from then") {
    Reachability reachability({200ms, 3});
    int looks = 0;
    for (; !reachability.judged(); ++looks) {
        REQUIRE(looks < 20);
        reachability.look(NeighborEntry::Unknown);
    }
    CHECK(looks == 12);
    CHECK_FALSE(reachability.answers());
    CHECK(reachability.interval() == 200ms);
}

TEST_CASE("so many questions without an answer give it up, the last one of them to everybody") {
    auto reachability = answering();
    CHECK(reachability.look(NeighborEntry::Known) == Ask::Host);
    CHECK(reachability.answers());
    CHECK(reachability.look(NeighborEntry::Known) == Ask::Everybody);
    CHECK(reachability.answers());
    CHECK(reachability.look(NeighborEntry::Unknown) == Ask::Everybody);
    CHECK_FALSE(reachability.answers());
    CHECK(reachability.missed() == 3);
    CHECK(reachability.look(NeighborEntry::Unknown) == Ask::Everybody);
}

TEST_CASE("an answer in between begins the count anew") {
    auto reachability = answering();
    for (int i = 0; i < 10; ++i) {
        reachability.look(NeighborEntry::Known);
        reachability.look(NeighborEntry::Known);
        CHECK(reachability.look(NeighborEntry::Confirmed) == Ask::Host);
    }
    CHECK(reachability.answers());
}

TEST_CASE("it comes back after as many answers in a row as it may miss") {
    auto reachability = answering(2);
    reachability.look(NeighborEntry::Known);
    reachability.look(NeighborEntry::Unknown);
    REQUIRE_FALSE(reachability.answers());
    reachability.look(NeighborEntry::Confirmed);
    CHECK_FALSE(reachability.answers());
    reachability.look(NeighborEntry::Known);
    reachability.look(NeighborEntry::Confirmed);
    CHECK_FALSE(reachability.answers());
    reachability.look(NeighborEntry::Confirmed);
    CHECK(reachability.answers());
    CHECK(reachability.missed() == 0);
}

TEST_CASE("with one miss allowed nobody is asked but the host, until it is given up") {
    auto reachability = answering(1);
    CHECK(reachability.look(NeighborEntry::Confirmed) == Ask::Host);
    CHECK(reachability.look(NeighborEntry::Known) == Ask::Everybody);
    CHECK_FALSE(reachability.answers());
}

TEST_CASE("an entry that the kernel never asks for counts, and nobody is asked") {
    Reachability reachability({1s, 3});
    CHECK(reachability.look(NeighborEntry::NotAskedFor) == Ask::Nobody);
    CHECK(reachability.answers());
}
