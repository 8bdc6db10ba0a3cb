// Next hops as the Fib resolves them.
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;

namespace {

// The last state told of a next hop.
class Watch {
public:
    Watch(Box& box, const std::string& text, InterfaceIndex interface = kNoInterface)
        : box_(box), key_{address(text), interface} {
        box_.fib.track_next_hop(key_, box_.now);
    }

    const NextHopState& state() {
        for (const auto& event : box_.fib.take_events())
            if (const auto* told = std::get_if<NextHopState>(&event); told && told->key == key_)
                state_ = *told;
        return state_;
    }

private:
    Box& box_;
    NextHopKey key_;
    NextHopState state_;
};

Forwarding via(const std::string& text) {
    return Forwarding::via({address(text)});
}

}  // namespace

TEST_CASE("a next hop on a connected network is reachable while the link is") {
    Box box;
    box.start();
    Watch watch(box, "192.0.2.18");
    CHECK(watch.state().reachable);
    CHECK(watch.state().connected);
    CHECK(watch.state().on_link == std::vector<OnLink>{Box::at(1)});
    box.kernel.set_link(1, true, false);
    box.run();
    CHECK_FALSE(watch.state().reachable);
    box.kernel.set_link(1, true, true);
    box.run();
    CHECK(watch.state().reachable);
    box.kernel.remove_address("192.0.2.17");
    box.run();
    CHECK_FALSE(watch.state().reachable);
}

TEST_CASE("a link-local next hop needs its interface, and our own address is none") {
    Box box;
    box.start();
    Watch bound(box, "fe80::1", 2);
    CHECK(bound.state().on_link == std::vector<OnLink>{{address("fe80::1"), 2}});
    Watch loose(box, "fe80::1");
    CHECK_FALSE(loose.state().reachable);
    Watch own(box, "192.0.2.17");
    CHECK_FALSE(own.state().reachable);
}

TEST_CASE("no host has the first or the last address of a network, nor one of ours") {
    Box box;
    box.kernel.add_address(1, "198.51.100.1", "198.51.100.0/30");
    box.kernel.add_address(2, "198.51.100.4", "198.51.100.4/31");
    box.start();

    struct Row {
        const char* address;
        NextHopProblem problem;
    };

    for (const auto& row : {
             Row{"192.0.2.18", NextHopProblem::None},
             Row{"192.0.2.16", NextHopProblem::NotAHost},  // of 192.0.2.16/28
             Row{"192.0.2.31", NextHopProblem::NotAHost},
             Row{"192.0.2.33", NextHopProblem::OwnAddress},  // of eth2
             Row{"198.51.100.0", NextHopProblem::NotAHost},
             Row{"198.51.100.2", NextHopProblem::None},
             Row{"198.51.100.3", NextHopProblem::NotAHost},
             Row{"198.51.100.5", NextHopProblem::None},  // RFC 3021
             Row{"2001:db8:1::", NextHopProblem::None},
             Row{"2001:db8:2::1", NextHopProblem::OwnAddress},
             Row{"203.0.113.1", NextHopProblem::NoRoute},
         }) {
        INFO(row.address);
        Watch watch(box, row.address);
        CHECK(watch.state().problem == row.problem);
        CHECK(watch.state().reachable == (row.problem == NextHopProblem::None));
        box.announce("10.0.0.0/16", via(row.address));
        box.run();
        CHECK((box.kernel.route("10.0.0.0/16") != nullptr) == watch.state().reachable);
        const auto view = box.fib.find(prefix("10.0.0.0/16"), box.now);
        CHECK(view->candidates.front().problem == row.problem);
    }
}

TEST_CASE("what was the broadcast address of a network is a host when the network is gone") {
    Box box;
    box.start();
    box.kernel.add_address(2, "192.0.2.129", "192.0.2.128/25");
    box.kernel.add_address(1, "192.0.2.225", "192.0.2.224/28");
    box.run();
    Watch watch(box, "192.0.2.239");
    CHECK(watch.state().problem == NextHopProblem::NotAHost);
    box.kernel.remove_address("192.0.2.225");
    box.run();
    CHECK(watch.state().reachable);
}

TEST_CASE("the same link-local address may be ours on one link and the neighbor's on another") {
    Box box;
    box.kernel.add_address(1, "fe80::1", "fe80::/64");
    box.kernel.add_address(2, "fe80::2", "fe80::/64");
    box.start();
    Watch ours(box, "fe80::1", 1);
    CHECK(ours.state().problem == NextHopProblem::OwnAddress);
    Watch theirs(box, "fe80::1", 2);
    CHECK(theirs.state().on_link == std::vector<OnLink>{{address("fe80::1"), 2}});
}

TEST_CASE("a next hop bound to an interface has to be on its network") {
    Box box;
    box.start();
    Watch right(box, "192.0.2.18", 1);
    CHECK(right.state().reachable);
    Watch wrong(box, "192.0.2.18", 2);
    CHECK_FALSE(wrong.state().reachable);
}

TEST_CASE("a next hop resolves over another route to that route's gateway") {
    Box box;
    box.start();
    Watch watch(box, "203.0.113.1");
    CHECK_FALSE(watch.state().reachable);
    box.announce("203.0.113.0/24", Box::to({2}), kInternalBgpDistance);
    CHECK(watch.state().reachable);
    CHECK_FALSE(watch.state().connected);
    CHECK(watch.state().on_link == std::vector<OnLink>{Box::at(2)});
    box.announce("10.0.0.0/16", via("203.0.113.1"));
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(2)});
    box.announce("203.0.113.0/24", Box::to({3}), kInternalBgpDistance);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(3)});
    box.withdraw("203.0.113.0/24");
    box.run();
    CHECK_FALSE(watch.state().reachable);
    CHECK(box.kernel.routes.empty());
}

TEST_CASE("the default route resolves no next hop") {
    Box box;
    box.start();
    box.announce("0.0.0.0/0", Box::to({1}));
    Watch watch(box, "203.0.113.1");
    CHECK_FALSE(watch.state().reachable);
}

TEST_CASE("a route does not resolve over itself, but over what is shorter") {
    Box box;
    box.start();
    box.announce("203.0.113.0/24", via("203.0.113.1"));
    Watch watch(box, "203.0.113.1");
    box.run();
    CHECK_FALSE(watch.state().reachable);
    CHECK(box.kernel.routes.empty());
    box.announce("203.0.112.0/20", Box::to({1}));
    box.run();
    CHECK(watch.state().reachable);
    CHECK(box.carriers("203.0.113.0/24") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a static route may not use a next hop that resolves over its own prefix") {
    Box box;
    box.start();
    StaticRoute route;
    route.prefix = prefix("203.0.113.0/24");
    route.via = address("203.0.113.1");
    box.fib.set_static_routes({route}, box.now);
    box.announce("203.0.113.0/24", Box::to({2}));  // distance 20, but it can be used
    box.run();
    CHECK(box.carriers("203.0.113.0/24") == std::set<OnLink>{Box::at(2)});
    CHECK(box.kernel.route("203.0.113.0/24")->protocol == 186);
    CHECK_FALSE(box.stuck);
}

TEST_CASE("routes that resolve over each other resolve over nothing") {
    Box box;
    box.start();
    box.announce("10.1.0.0/16", via("10.2.0.1"));
    box.announce("10.2.0.0/16", via("10.3.0.1"));
    box.announce("10.3.0.0/16", via("10.1.0.1"));
    box.run();
    CHECK_FALSE(box.stuck);
    CHECK(box.kernel.routes.empty());
    box.announce("10.3.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.carriers("10.1.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.carriers("10.2.0.0/16") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a next hop over a route of several gateways uses them all") {
    Box box;
    box.start();
    box.announce("203.0.113.0/24", Box::to({1, 2}), kInternalBgpDistance);
    box.announce("10.0.0.0/16", via("203.0.113.1"));
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1), Box::at(2)});
}

TEST_CASE("the cost of a next hop is the metric of the kernel route it goes over") {
    Box box;
    box.start();
    box.kernel.add_foreign(prefix("203.0.113.0/24"), 150, Box::at(3));
    Watch watch(box, "203.0.113.1");
    box.run();
    CHECK(watch.state().cost == 150);
    CHECK(watch.state().on_link == std::vector<OnLink>{Box::at(3)});
}
