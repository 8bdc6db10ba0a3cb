// Static routes that stand and fall with a neighbor.
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;

namespace {

constexpr auto kGateway = static_cast<NeighborTag>(0xfffe);

}  // namespace

TEST_CASE(
    "a static route with a neighbor is used from the neighbor's first Up on, and not while it is "
    "Down") {
    Box box;
    box.start();
    auto watched = static_via("10.0.0.0/16", "192.0.2.18");
    watched.neighbor = kGateway;
    const auto floating = static_via("10.0.0.0/16", "192.0.2.50", 254);
    const auto unwatched = static_via("10.1.0.0/16", "192.0.2.18");
    box.fib.neighbor_down(kGateway, 0, box.now);
    box.fib.set_static_routes({watched, floating, unwatched}, box.now);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(3)});
    CHECK(box.carriers("10.1.0.0/16") == std::set<OnLink>{Box::at(1)});
    const auto shown = box.fib.find(prefix("10.0.0.0/16"), box.now);
    CHECK(shown->candidates.back().distance == 1);
    CHECK(shown->candidates.back().problem == NextHopProblem::Vetoed);

    box.fib.neighbor_up(kGateway, 1, kNoInterface, box.now);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    box.fib.neighbor_down(kGateway, 1, box.now);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(3)});
    CHECK(box.carriers("10.1.0.0/16") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a static route that is no longer watched is not touched in the kernel") {
    Box box;
    box.start();
    auto route = static_via("10.0.0.0/16", "192.0.2.18");
    route.neighbor = kGateway;
    box.fib.neighbor_down(kGateway, 0, box.now);
    box.fib.neighbor_up(kGateway, 1, kNoInterface, box.now);
    box.fib.set_static_routes({route}, box.now);
    box.run();
    REQUIRE(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    box.log.clear();
    route.neighbor = NeighborTag::None;
    box.fib.set_static_routes({route}, box.now);
    box.fib.forget_neighbor(kGateway);
    box.run();
    CHECK(box.log.empty());
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
}
