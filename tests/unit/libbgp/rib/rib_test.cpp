#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

TEST_CASE("a route learnt from one neighbor reaches the kernel and the other neighbor") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.settle();

    REQUIRE(lab.events.forwarding.size() == 2);
    const auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("10.0.0.0/16")));
    REQUIRE(set.best.size() == 1);
    CHECK(set.best[0].neighbor == a);
    CHECK(set.best[0].next_hop.address == address("192.0.2.1"));
    CHECK(set.backup.empty());
    CHECK(set.external);

    CHECK(lab.peer(a).routes.empty());
    REQUIRE(lab.peer(b).routes.size() == 2);
    CHECK(lab.peer(b).routes.at(prefix("10.0.0.0/16")).as_path == path_of({kOurAs, 64512}));
    CHECK(lab.peer(b).updates == 3);  // both packed into one, and two End-of-RIBs
}

}  // namespace dx::bgp::test
