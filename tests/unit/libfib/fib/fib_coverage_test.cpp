// Longer routes of a neighbor that yields stand back behind a shorter one that covers them.
#include "libfib/fib/coverage.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;

namespace {

constexpr auto kCircuit = static_cast<NeighborTag>(1);  // link 1
constexpr auto kTunnel = static_cast<NeighborTag>(2);   // link 2; link 3 has no role

constexpr auto kShorter = "10.0.0.0/8";
constexpr auto kLonger = "10.1.2.0/24";

void take_sides(Box& box) {
    box.start();
    box.fib.set_cover_role(kCircuit, CoverRole::Covers, box.now);
    box.fib.set_cover_role(kTunnel, CoverRole::Yields, box.now);
    box.fib.neighbor_up(kCircuit, 1, 1, box.now);
    box.fib.neighbor_up(kTunnel, 1, 2, box.now);
}

void announce_both(Box& box) {
    box.announce(kLonger, Box::to({2}));
    box.announce(kShorter, Box::to({1}, {2}));
    box.run();
}

bool in_kernel(const Box& box, const std::string& prefix) {
    return box.kernel.route(prefix) != nullptr;
}

InstallState state(const Box& box, const std::string& prefix) {
    return box.fib.find(test::prefix(prefix), box.now)->state;
}

}  // namespace

TEST_CASE("a tunnel's longer route is held back while a circuit's shorter one carries") {
    Box box;
    take_sides(box);
    box.announce(kLonger, Box::to({2}));
    box.run();
    CHECK(in_kernel(box, kLonger));
    box.announce(kShorter, Box::to({1}));
    box.run();
    CHECK(in_kernel(box, kShorter));
    CHECK_FALSE(in_kernel(box, kLonger));
    CHECK(state(box, kLonger) == InstallState::Covered);
    CHECK(box.fib.find(prefix(kLonger), box.now)->covered_by == prefix(kShorter));
    CHECK(box.fib.lookup(address("10.1.2.3"), box.now)->prefix == prefix(kShorter));
    CHECK(box.fib.summary().total().covered == 1);
    CHECK(box.fib.summary().total().wanted == 1);
}

TEST_CASE("the longer route goes only when the shorter one is in the kernel") {
    Box box;
    take_sides(box);
    box.announce(kLonger, Box::to({2}));
    box.run();
    box.log.clear();
    box.announce(kShorter, Box::to({1}));
    box.send(1);
    CHECK(in_kernel(box, kShorter));
    CHECK(in_kernel(box, kLonger));
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
}

TEST_CASE("a shorter route that the kernel does not take covers nothing") {
    Box box;
    take_sides(box);
    box.kernel.add_foreign(prefix(kShorter), 0, Box::at(3));
    box.deliver_events();
    announce_both(box);
    CHECK(in_kernel(box, kLonger));
}

TEST_CASE("held back routes come back when the shorter one cannot carry any more") {
    Box box;
    take_sides(box);
    announce_both(box);
    REQUIRE_FALSE(in_kernel(box, kLonger));
    box.log.clear();
    SECTION("its neighbor is down, and the traffic is moved first") {
        box.fib.neighbor_down(kCircuit, 1, box.now);
        box.send(1);
        REQUIRE(box.log.size() == 1);
        CHECK(std::holds_alternative<PutGroup>(box.log.front().what));
    }
    SECTION("its link is down") {
        box.kernel.set_link(1, true, false);
    }
    SECTION("it is withdrawn") {
        box.withdraw(kShorter);
    }
    SECTION("it goes by another neighbor now") {
        box.announce(kShorter, Box::to({3}));
    }
    SECTION("it goes by the tunnel itself") {
        box.announce(kShorter, Box::to({2}));
    }
    SECTION("the tunnel's routes do not yield any more") {
        box.fib.set_cover_role(kTunnel, CoverRole::None, box.now);
    }
    SECTION("the circuit does not cover any more") {
        box.fib.set_cover_role(kCircuit, CoverRole::None, box.now);
    }
    SECTION("the shorter route is the last choice") {
        auto last_choice = Box::to({1});
        last_choice.best.front().cover = CoverRole::Neither;
        box.announce(kShorter, last_choice);
    }
    SECTION("the circuit is forgotten") {
        box.fib.forget_neighbor(kCircuit);
        box.withdraw(kShorter);
    }
    box.run();
    CHECK(in_kernel(box, kLonger));
    CHECK(box.fib.summary().total().covered == 0);
}

TEST_CASE("a circuit that comes back covers again") {
    Box box;
    take_sides(box);
    announce_both(box);
    box.fib.neighbor_down(kCircuit, 1, box.now);
    box.run();
    REQUIRE(in_kernel(box, kLonger));
    box.fib.neighbor_up(kCircuit, 2, 1, box.now);
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
    CHECK(box.carriers(kShorter) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a circuit that stands in for another covers as that did") {
    Box box;
    take_sides(box);
    constexpr auto kSecondCircuit = static_cast<NeighborTag>(3);
    box.fib.set_cover_role(kSecondCircuit, CoverRole::Covers, box.now);
    box.announce(kLonger, Box::to({2}));
    box.announce(kShorter, Box::to({1}, {3}));
    box.run();
    REQUIRE_FALSE(in_kernel(box, kLonger));
    box.log.clear();
    SECTION("while the first is down") {
        box.fib.neighbor_down(kCircuit, 1, box.now);
        box.run();
    }
    SECTION("and while it waits to be used again") {
        box.fib.neighbor_down(kCircuit, 1, box.now);
        box.fib.neighbor_returning(kCircuit, 2, 1, box.now);
        box.run();
    }
    CHECK(box.carriers(kShorter) == std::set<OnLink>{Box::at(3)});
    CHECK_FALSE(in_kernel(box, kLonger));
    CHECK(box.sent<PutRoute>() == 0);  // nor for a moment
    box.fib.neighbor_down(kSecondCircuit, 1, box.now);
    box.run();
    CHECK(in_kernel(box, kLonger));
}

TEST_CASE("a circuit that waits to be used again covers nothing yet, though it may carry its own") {
    Box box;
    take_sides(box);
    announce_both(box);
    box.announce(kShorter, Box::to({1}));  // nobody else has it
    box.fib.neighbor_down(kCircuit, 1, box.now);
    box.fib.neighbor_returning(kCircuit, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(kShorter) == std::set<OnLink>{Box::at(1)});
    CHECK(in_kernel(box, kLonger));
    box.fib.neighbor_up(kCircuit, 2, 1, box.now);
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
}

TEST_CASE("only a tunnel's own longer routes are held back") {
    Box box;
    take_sides(box);
    announce_both(box);
    box.announce("10.2.0.0/16", Box::to({3}));
    box.announce("10.3.0.0/16", Box::to({1}));
    box.announce("10.4.0.0/16", Box::to({2, 3}));
    box.announce("11.0.0.0/16", Box::to({2}));
    box.announce("2001:db8:f::/48", Box::to({2}, {}, true));
    box.run();
    CHECK(in_kernel(box, "10.2.0.0/16"));
    CHECK(in_kernel(box, "10.3.0.0/16"));
    CHECK(in_kernel(box, "10.4.0.0/16"));
    CHECK(in_kernel(box, "11.0.0.0/16"));
    CHECK(in_kernel(box, "2001:db8:f::/48"));
}

TEST_CASE("a next hop's own role counts before its neighbor's") {
    Box box;
    box.start();
    const auto carried = [](InterfaceIndex link, CoverRole cover) {
        auto forwarding = Box::to({link});
        forwarding.best.front().cover = cover;
        return forwarding;
    };
    // Both by one internal neighbor, link 3, which has no role.
    box.announce(kLonger, carried(3, CoverRole::Yields));
    box.announce("10.1.0.0/16", Box::to({3}));
    box.run();
    CHECK(in_kernel(box, kLonger));
    box.announce(kShorter, carried(3, CoverRole::Covers));
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
    CHECK(in_kernel(box, "10.1.0.0/16"));
    SECTION("it leads elsewhere now") {
        box.announce(kShorter, Box::to({3}));
    }
    SECTION("it covers no more") {
        box.announce(kShorter, carried(3, CoverRole::None));
    }
    SECTION("the longer one is another's now") {
        box.announce(kLonger, carried(3, CoverRole::None));
    }
    SECTION("the shorter one is gone") {
        box.withdraw(kShorter);
    }
    box.run();
    CHECK(in_kernel(box, kLonger));
    CHECK(box.fib.summary().total().covered == 0);
    box.fib.set_cover_role(static_cast<NeighborTag>(3), CoverRole::Yields, box.now);
    box.announce(kShorter, carried(3, CoverRole::Covers));
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
    CHECK(in_kernel(box, kShorter));
}

TEST_CASE("a route that comes to cover without going another way covers at once") {
    Box box;
    box.start();
    const auto shorter = [](CoverRole cover) {
        auto forwarding = Box::to({1}, {2});  // over an object: the move to the other one can wait
        forwarding.best.front().cover = cover;
        return forwarding;
    };
    auto longer = Box::to({3});
    longer.best.front().cover = CoverRole::Yields;
    box.announce(kLonger, longer);
    box.announce(kShorter, shorter(CoverRole::None));
    box.run();
    REQUIRE(in_kernel(box, kLonger));
    box.announce(kShorter, shorter(CoverRole::Covers));
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
    box.announce(kShorter, shorter(CoverRole::None));
    box.run();
    CHECK(in_kernel(box, kLonger));
}

TEST_CASE("a default route covers, and so does IPv6") {
    Box box;
    take_sides(box);
    box.announce("0.0.0.0/0", Box::to({1}));
    box.announce("::/0", Box::to({1}, {}, true));
    box.announce(kLonger, Box::to({2}));
    box.announce("2001:db8:f::/48", Box::to({2}, {}, true));
    box.run();
    CHECK_FALSE(in_kernel(box, kLonger));
    CHECK_FALSE(in_kernel(box, "2001:db8:f::/48"));
}

TEST_CASE("a route that leaves the kernel behind our back covers again when it is put back") {
    Box box;
    take_sides(box);
    announce_both(box);
    box.kernel.delete_route(prefix(kShorter), 20);
    box.deliver_events();
    box.run();
    CHECK(in_kernel(box, kShorter));
    CHECK_FALSE(in_kernel(box, kLonger));
}

TEST_CASE("the prefixes within another are found among their neighbors in the order") {
    Coverage coverage;
    for (const auto* text : {"10.0.0.0/8", "10.0.0.0/16", "10.255.255.0/24", "9.255.255.255/32",
                             "11.0.0.0/8", "2001:db8::/32"})
        coverage.note(prefix(text), true);
    const std::vector<dx::net::Prefix> inside{prefix("10.0.0.0/16"), prefix("10.255.255.0/24")};
    CHECK(coverage.within(prefix("10.0.0.0/8")) == inside);
    CHECK(coverage.within(prefix("12.0.0.0/8")).empty());
    coverage.note(prefix("10.0.0.0/16"), false);
    CHECK(coverage.within(prefix("10.0.0.0/8")).size() == 1);
}
