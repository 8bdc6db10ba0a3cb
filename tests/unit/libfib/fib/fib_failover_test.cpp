// Failures: protection groups, vetoes, the way back.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;
using std::chrono::seconds;

namespace {

constexpr auto kFirst = static_cast<NeighborTag>(1);
constexpr auto kSecond = static_cast<NeighborTag>(2);

std::string net(unsigned i) {
    return "10." + std::to_string(i) + ".0.0/16";
}

// Routes over link 1 with link 2 as the backup.
void protect(Box& box, unsigned routes) {
    box.start();
    box.fib.neighbor_up(kFirst, 1, 1, box.now);
    box.fib.neighbor_up(kSecond, 1, 2, box.now);
    for (unsigned i = 0; i < routes; ++i)
        box.announce(net(i), Box::to({1}, {2}));
    box.run();
    box.log.clear();
}

}  // namespace

TEST_CASE("best and backup make a resilient group in which the backup idles") {
    Box box;
    protect(box, 2);
    const auto* route = box.kernel.route(net(0));
    REQUIRE(route != nullptr);
    CHECK(is_our_range(route->object));
    CHECK(route->hops.empty());
    CHECK(box.kernel.route(net(1))->object == route->object);
    const auto& group = box.kernel.objects.at(route->object);
    CHECK(group.resilient);
    REQUIRE(group.members.size() == 2);
    CHECK(group.members[0].weight == 255);
    CHECK(group.members[1].weight == 1);
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a link that goes down costs no message where a backup stands by") {
    Box box;
    protect(box, 50);
    box.kernel.set_link(1, true, false);
    box.run();
    CHECK(box.log.empty());
    for (unsigned i = 0; i < 50; ++i)
        CHECK(box.carriers(net(i)) == std::set<OnLink>{Box::at(2)});
}

TEST_CASE("a session that goes down is one message, before anything else") {
    Box box;
    protect(box, 50);
    for (unsigned i = 100; i < 150; ++i)
        box.announce(net(i), Box::to({3}));
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.send(1);
    REQUIRE(box.log.size() == 1);
    CHECK(std::holds_alternative<PutGroup>(box.log.front().what));
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    box.run();
    CHECK(box.sent<PutGroup>() == 1);
    CHECK(box.sent<PutRoute>() == 50);  // only the new ones
}

TEST_CASE("traffic is moved before what leads nowhere any more is taken away") {
    Box box;
    box.start();
    for (unsigned i = 0; i < 50; ++i)  // the first to be made, so the first in every order
        box.announce(net(i), Box::to({1, 1}));
    for (unsigned i = 100; i < 150; ++i)
        box.announce(net(i), Box::to({1}, {2}));
    box.run();
    box.log.clear();
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.send(64);
    REQUIRE(box.log.size() == 1);
    CHECK(std::holds_alternative<PutGroup>(box.log.front().what));
    CHECK(box.carriers(net(100)) == std::set<OnLink>{Box::at(2)});
    box.run();
    CHECK(box.kernel.route(net(0)) == nullptr);
    CHECK(box.sent<DeleteObject>() >= 1);
    CHECK(box.sent<PutRoute>() == 0);
}

TEST_CASE("a neighbor's weight acts at once, one message for each group that names it") {
    Box box;
    box.start();
    for (unsigned i = 0; i < 50; ++i)
        box.announce(net(i), Box::to({1, 2}, {3}));
    box.run();
    const auto weights = [&] {
        std::vector<std::uint16_t> all;
        for (const auto& member : box.kernel.objects.at(box.kernel.route(net(0))->object).members)
            all.push_back(member.weight);
        return all;
    };
    CHECK(weights() == std::vector<std::uint16_t>{255, 255, 1});
    box.log.clear();
    box.fib.set_weight(kSecond, 3, box.now);
    box.run();
    CHECK(weights() == std::vector<std::uint16_t>{85, 255, 1});
    CHECK(box.log.size() == 1);
    box.fib.set_weight(kSecond, 3, box.now);
    box.run();
    CHECK(box.log.size() == 1);  // nothing new
    box.announce(net(99), Box::to({1, 2}, {3}));
    box.run();
    CHECK(box.kernel.route(net(99))->object == box.kernel.route(net(0))->object);
}

TEST_CASE("what next hops say of their shares holds where no neighbor among them has a weight") {
    Box box;
    box.start();
    Forwarding shared = Box::to({1, 2});
    shared.best[0].weight = 255;
    shared.best[1].weight = 51;
    box.announce(net(0), shared);
    box.run();
    const auto weights = [&] {
        std::vector<std::uint16_t> all;
        for (const auto& member : box.kernel.objects.at(box.kernel.route(net(0))->object).members)
            all.push_back(member.weight);
        return all;
    };
    CHECK(weights() == std::vector<std::uint16_t>{255, 51});
    box.fib.set_weight(kSecond, 3, box.now);
    box.run();
    CHECK(weights() == std::vector<std::uint16_t>{85, 255});
    box.fib.set_weight(kSecond, 1, box.now);
    box.run();
    CHECK(weights() == std::vector<std::uint16_t>{255, 51});
}

TEST_CASE("without nexthop objects a changed weight rewrites the routes") {
    Box box({}, ObjectSupport::None);
    box.start();
    box.announce(net(0), Box::to({1, 2}));
    box.run();
    box.fib.set_weight(kSecond, 3, box.now);
    box.run();
    CHECK(box.kernel.route(net(0))->hops ==
          std::vector<PlainHop>{{Box::at(1), 1}, {Box::at(2), 3}});
}

// The kernel's group still has the one member that goes when the request for two comes.
TEST_CASE("a group that dies while its replacement is under way takes its routes along") {
    Box box;
    box.start();
    for (unsigned i = 0; i < 3; ++i)
        box.announce(net(i), Box::to({1}, {2}));
    box.run();
    box.kernel.set_link(2, false, false);
    box.run();
    box.kernel.set_link(2, true, true);
    box.deliver_events();
    box.kernel.set_link(1, false, false);
    box.kernel.set_link(1, true, true);
    CHECK(box.kernel.routes.empty());
    CHECK(box.send(10) == 2);  // a next hop and the group
    box.run();
    box.pass(seconds(1));
    for (unsigned i = 0; i < 3; ++i)
        CHECK(box.carriers(net(i)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("neither the link nor old wishes of routing lift a veto, only a later epoch") {
    Box box;
    protect(box, 1);
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.announce(net(0), Box::to({1}));  // sent before routing heard of it
    box.run();
    CHECK(box.carriers(net(0)).empty());
    box.kernel.set_link(1, false, false);
    box.kernel.set_link(1, true, true);
    box.fib.neighbor_up(kFirst, 1, 1, box.now);
    box.run();
    CHECK(box.carriers(net(0)).empty());
    box.fib.neighbor_up(kFirst, 2, 1, box.now);
    box.fib.neighbor_down(kFirst, 1, box.now);  // an echo of the former session
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a link that was down does not bring its neighbor back by itself") {
    Box box;
    protect(box, 1);
    box.kernel.set_link(1, false, false);
    box.run();
    box.kernel.set_link(1, true, true);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    box.fib.neighbor_up(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a session reported as up on a link that is down is vetoed at once") {
    Box box;
    box.start();
    box.kernel.set_link(1, true, false);
    box.run();
    box.fib.neighbor_up(kFirst, 1, 1, box.now);
    box.announce(net(0), Box::to({1}));
    box.kernel.set_link(1, true, true);
    box.run();
    CHECK(box.carriers(net(0)).empty());
}

TEST_CASE("routes that would only change their group have time, and a return in between is free") {
    Box box;
    protect(box, 50);
    box.fib.neighbor_down(kFirst, 1, box.now);
    for (unsigned i = 0; i < 50; ++i)
        box.announce(net(i), Box::to({2}));  // routing's conclusion: the same traffic
    FibConfig config;
    config.plain_route_limit = 0;  // as with many routes
    box.fib.configure(config, box.now);
    box.run();
    CHECK(box.sent<PutRoute>() == 0);
    for (unsigned i = 0; i < 50; ++i)
        box.announce(net(i), Box::to({1}, {2}));
    box.fib.neighbor_up(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.sent<PutRoute>() == 0);
    CHECK(box.sent<PutGroup>() == 2);
    CHECK(box.carriers(net(7)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("in the end the routes move to the group that routing named") {
    FibConfig config;
    config.plain_route_limit = 0;
    Box box(config);
    protect(box, 50);
    box.fib.neighbor_down(kFirst, 1, box.now);
    for (unsigned i = 0; i < 50; ++i)
        box.announce(net(i), Box::to({2}));
    box.run();
    const auto old = box.kernel.route(net(0))->object;
    CHECK(box.sent<PutRoute>() == 0);
    box.pass(seconds(120));
    CHECK(box.sent<PutRoute>() == 50);
    CHECK(box.kernel.route(net(0))->object != old);
    CHECK_FALSE(box.kernel.objects.contains(old));  // nobody uses it: freed
}

TEST_CASE("a neighbor comes back only when the routes that exclude it have left the group") {
    FibConfig config;
    config.plain_route_limit = 0;
    Box box(config);
    protect(box, 50);
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.announce(net(0), Box::to({2}));
    box.run();
    box.log.clear();
    box.fib.neighbor_up(kFirst, 2, 1, box.now);
    box.run();
    REQUIRE_FALSE(box.log.empty());
    const auto is_revival = [](const KernelRequest& request) {
        const auto* put = std::get_if<PutGroup>(&request.what);
        return put != nullptr && put->members.size() == 2;
    };
    const auto is_move = [](const KernelRequest& request) {
        return std::holds_alternative<PutRoute>(request.what);
    };
    const auto move = std::find_if(box.log.begin(), box.log.end(), is_move);
    const auto revival = std::find_if(box.log.begin(), box.log.end(), is_revival);
    REQUIRE(move != box.log.end());
    REQUIRE(revival != box.log.end());
    CHECK(move < revival);
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("without any way left the routes go, and come back with it") {
    FibConfig config;
    config.plain_route_limit = 0;
    Box box(config);
    protect(box, 5);
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.fib.neighbor_down(kSecond, 1, box.now);
    box.run();
    CHECK(box.kernel.routes.empty());
    CHECK(box.sent<DeleteRoute>() == 0);  // they go with the object
    CHECK(box.fib.find(prefix(net(0)), box.now)->state == InstallState::Unusable);
    box.fib.neighbor_up(kSecond, 2, 2, box.now);
    box.run();
    CHECK(box.carriers(net(4)) == std::set<OnLink>{Box::at(2)});
}

TEST_CASE("a neighbor that waits is used for what nobody else leads to, and for nothing else") {
    Box box;
    protect(box, 1);
    box.announce(net(1), Box::to({1}));
    box.fib.set_static_routes({static_via(net(2), "192.0.2.50", 200)}, box.now);  // over link 3
    box.announce(net(2), Box::to({1}));
    box.run();
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.run();
    CHECK(box.kernel.route(net(1)) == nullptr);

    box.fib.neighbor_returning(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(1)});
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    CHECK(box.carriers(net(2)) == std::set<OnLink>{Box::at(3)});
    const auto passed_over = [&](const std::string& text) {
        const auto found = box.fib.find(prefix(text), box.now);
        return found->candidates.front().passed_over;
    };
    CHECK(passed_over(net(0)) == std::set{kFirst});
    CHECK(passed_over(net(1)).empty());

    SECTION("the others fail meanwhile") {
        box.fib.neighbor_down(kSecond, 1, box.now);
        box.run();
        CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
        box.fib.neighbor_up(kSecond, 2, 2, box.now);
        box.run();
        CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    }
    SECTION("it is used again, without a message for what it carries already") {
        box.log.clear();
        box.fib.neighbor_up(kFirst, 2, 1, box.now);
        box.run();
        CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
        CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(1)});
        CHECK(box.carriers(net(2)) == std::set<OnLink>{Box::at(1)});
        CHECK(passed_over(net(0)).empty());
        CHECK_FALSE(std::ranges::any_of(box.log, [](const KernelRequest& request) {
            const auto* put = std::get_if<PutRoute>(&request.what);
            return put != nullptr && put->prefix == prefix(net(1));
        }));
    }
    SECTION("it fails again") {
        box.fib.neighbor_down(kFirst, 2, box.now);
        box.fib.neighbor_up(kFirst, 2, 1, box.now);  // said before routing heard of it
        box.run();
        CHECK(box.kernel.route(net(1)) == nullptr);
        CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    }
    SECTION("its link fails") {
        box.kernel.set_link(1, true, false);
        box.kernel.set_link(1, true, true);
        box.run();
        CHECK(box.kernel.route(net(1)) == nullptr);
    }
}

TEST_CASE("who was never vetoed, or whose failure is younger, is no last resort") {
    Box box;
    protect(box, 1);
    box.announce(net(1), Box::to({1}));
    box.fib.neighbor_returning(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
    box.fib.neighbor_down(kFirst, 3, box.now);
    box.fib.neighbor_returning(kFirst, 3, 1, box.now);
    box.run();
    CHECK(box.kernel.route(net(1)) == nullptr);
}

TEST_CASE("a neighbor that waits is used before packets are discarded, if it came first") {
    Box box;
    protect(box, 1);
    box.announce(net(1), Box::to({1}));
    const auto floating = GENERATE(Distance{254}, Distance{10});
    box.fib.set_static_routes({blackhole(net(1), floating)}, box.now);
    box.run();
    const auto is_discarded = [&] {
        return box.kernel.route(net(1))->kind == ForwardingKind::Blackhole;
    };
    CHECK(is_discarded() == (floating < 20));
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.run();
    CHECK(is_discarded());
    box.fib.neighbor_returning(kFirst, 2, 1, box.now);
    box.run();
    CHECK(is_discarded() == (floating < 20));
    box.fib.set_static_routes({blackhole(net(1), floating), static_via(net(1), "192.0.2.50", 200)},
                              box.now);
    box.run();
    CHECK(is_discarded() == (floating < 20));
    CHECK(box.carriers(net(1)).contains(Box::at(3)) == (floating > 200));
}

TEST_CASE("a next hop that resolves over a neighbor that waits, waits too") {
    Box box;
    protect(box, 1);
    box.announce("198.51.100.0/24", Box::to({1}));
    Forwarding inner;
    inner.best.push_back({address("198.51.100.9"), kNoInterface, NeighborTag{3}, 1});
    inner.backup.push_back(Box::via(2));
    box.announce(net(1), inner, 200);
    inner.backup.clear();
    box.announce(net(2), inner, 200);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(1)});
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(2)});
    CHECK(box.kernel.route(net(2)) == nullptr);

    box.fib.neighbor_returning(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(2)});
    CHECK(box.carriers(net(2)) == std::set<OnLink>{Box::at(1)});  // nobody else leads there
    box.fib.neighbor_up(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a neighbor that waits, and leads nowhere, does not make what resolves elsewhere wait") {
    Box box;
    protect(box, 1);
    Forwarding nowhere;
    nowhere.best.push_back({address("203.0.113.1"), kNoInterface, kFirst, 1});
    box.announce("198.51.100.0/24", nowhere);
    box.announce("198.51.0.0/16", Box::to({3}));
    Forwarding inner;
    inner.best.push_back({address("198.51.100.9"), kNoInterface, NeighborTag{3}, 1});
    inner.backup.push_back(Box::via(2));
    box.announce(net(1), inner, 200);
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.fib.neighbor_returning(kFirst, 2, 1, box.now);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(3)});
}

TEST_CASE("a neighbor that is to wait, but whose link is down, waits for another session") {
    Box box;
    protect(box, 1);
    box.announce(net(1), Box::to({1}));
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.kernel.set_link(1, true, false);
    box.run();
    box.fib.neighbor_returning(kFirst, 2, 1, box.now);
    box.kernel.set_link(1, true, true);
    box.run();
    box.fib.neighbor_up(kFirst, 2, 1, box.now);  // said before routing heard of it
    box.run();
    CHECK(box.kernel.route(net(1)) == nullptr);
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    box.fib.neighbor_up(kFirst, 3, 1, box.now);
    box.run();
    CHECK(box.carriers(net(1)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("several best share, and a dead one's part goes to the others") {
    Box box;
    box.start();
    box.fib.neighbor_up(kFirst, 1, 1, box.now);
    box.announce(net(0), Box::to({1, 2}, {3}));
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1), Box::at(2)});
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    box.kernel.set_link(2, false, false);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(3)});
}

TEST_CASE("a group whose links are all down is put back when one returns") {
    Box box;
    box.start();
    box.announce(net(0), Box::to({1}, {2}));
    box.run();
    box.kernel.set_link(1, true, false);
    box.kernel.set_link(2, false, false);
    box.run();
    CHECK(box.kernel.routes.empty());
    box.kernel.set_link(1, true, true);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("without resilient groups the backup is put in when it is needed") {
    Box box({}, ObjectSupport::Groups);
    protect(box, 2);
    const auto id = box.kernel.route(net(0))->object;
    CHECK(box.kernel.objects.at(id).members.size() == 1);
    CHECK_FALSE(box.kernel.objects.at(id).resilient);
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.run();
    CHECK(box.kernel.route(net(0))->object == id);
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
}

TEST_CASE("without nexthop objects several best are a plain multipath route") {
    FibConfig config;
    config.nexthop_objects = false;
    Box box(config);
    box.start();
    auto forwarding = Box::to({1, 2}, {3});
    forwarding.best[1].weight = 3;
    box.announce(net(0), forwarding);
    box.run();
    const auto* route = box.kernel.route(net(0));
    REQUIRE(route != nullptr);
    CHECK(route->object == ObjectId::None);
    CHECK(route->hops == std::vector<PlainHop>{{Box::at(1), 1}, {Box::at(2), 3}});
    box.kernel.set_link(1, false, false);
    box.run();
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    CHECK(box.sent<PutNextHop>() == 0);
}

TEST_CASE("a group whose routes are all withdrawn takes them along in one message") {
    Box box;
    box.start();
    const auto way = Box::to({1}, {2});
    RouteBatch load, end;
    for (unsigned i = 0; i < 100; ++i) {
        const dx::net::Prefix one(dx::net::IpAddress::v4(0x0a000000U + (i << 8)), 24);
        load.announce(one, RouteSource::Bgp, 20, way);
        end.withdraw(one, RouteSource::Bgp);
    }
    box.announce("172.16.0.0/16", Box::to({2}, {1}));
    box.fib.apply(load, box.now);
    box.run();
    box.log.clear();

    SECTION("at once") {
        box.fib.apply(end, box.now);
        box.run();
        CHECK(box.sent<DeleteObject>() == 1);
        CHECK(box.sent<DeleteRoute>() == 0);
        CHECK(box.kernel.routes.size() == 1);
    }
    SECTION("not when they are announced again in the meantime") {
        box.fib.apply(end, box.now);
        box.fib.apply(load, box.now);
        box.run();
        CHECK(box.sent<DeleteObject>() == 0);
        CHECK(box.kernel.routes.size() == 101);
    }
    SECTION("and they come back over a new object") {
        box.fib.apply(end, box.now);
        box.send(1);
        CHECK(box.sent<DeleteObject>() == 1);
        box.fib.apply(load, box.now);
        box.run();
        CHECK(box.kernel.routes.size() == 101);
        CHECK(box.fib.summary().total().wanted == 101);
    }
    SECTION("not while one of them is only to move") {
        box.announce("10.0.7.0/24", Box::to({3}));
        box.fib.apply(end, box.now);
        box.announce("10.0.7.0/24", Box::to({3}));
        box.send(256);
        CHECK(box.sent<DeleteObject>() == 0);
        CHECK(box.sent<DeleteRoute>() == 99);
        box.run();
        CHECK(box.kernel.route("10.0.7.0/24") != nullptr);
        CHECK(box.kernel.routes.size() == 2);
    }
    SECTION("nor for a few of very many") {
        RouteBatch more;
        for (unsigned i = 0; i < 1000; ++i)
            more.announce(dx::net::Prefix(dx::net::IpAddress::v4(0x14000000U + (i << 8)), 24),
                          RouteSource::Bgp, 20, Box::to({2}, {1}));
        box.fib.apply(more, box.now);
        box.run();
        box.fib.apply(end, box.now);
        box.run();
        CHECK(box.sent<DeleteObject>() == 0);
        CHECK(box.kernel.routes.size() == 1001);
    }
}

TEST_CASE("the deletions of many routes wait for the rest of a withdrawal that comes in parts") {
    constexpr unsigned kRoutes = 1000, kParts = 10;
    constexpr unsigned kPart = kRoutes / kParts;
    FibConfig config;
    config.plain_route_limit = kPart / 2;
    Box box(config);
    box.start();
    const auto way = Box::to({1}, {2});
    RouteBatch load;
    std::vector<RouteBatch> parts(kParts);
    for (unsigned i = 0; i < kRoutes; ++i) {
        const dx::net::Prefix one(dx::net::IpAddress::v4(0x0a000000U + (i << 8)), 24);
        load.announce(one, RouteSource::Bgp, 20, way);
        parts[i / kPart].withdraw(one, RouteSource::Bgp);
    }
    box.fib.apply(load, box.now);
    box.run();
    box.log.clear();
    const auto apply = [&](const RouteBatch& batch) {
        box.fib.apply(batch, box.now);
        while (box.send(256) > 0) {
        }
        while (!box.results.empty())
            box.give_result();
    };
    const auto withdraw = [&](unsigned part) { apply(parts[part]); };

    SECTION("so that they go with their group") {
        for (unsigned part = 0; part < kParts; ++part) {
            box.now += std::chrono::milliseconds(2);
            withdraw(part);
        }
        box.run();
        CHECK(box.sent<DeleteObject>() > 0);
        CHECK(box.sent<DeleteRoute>() <= 2 * kPart);
        CHECK(box.kernel.routes.empty());
    }
    SECTION("but no longer than it pauses") {
        box.now += std::chrono::seconds(1);
        withdraw(0);
        withdraw(1);
        CHECK(box.sent<DeleteRoute>() == kPart);
        REQUIRE(box.fib.next_deadline());
        CHECK(*box.fib.next_deadline() <= box.now + DeletionHold::kPause);
        box.now += DeletionHold::kPause;
        box.run();
        CHECK(box.kernel.routes.size() == kRoutes - 2 * kPart);
        CHECK(box.sent<DeleteObject>() == 0);
    }
    SECTION("nor for ever, where it goes on and on") {
        RouteBatch one;
        one.withdraw(prefix("192.168.0.0/24"), RouteSource::Bgp);
        withdraw(0);
        withdraw(1);
        const auto end = box.now + DeletionHold::kLongest;
        for (; box.now < end; box.now += DeletionHold::kPause / 2) {
            CHECK(box.kernel.routes.size() == kRoutes);
            apply(one);
        }
        box.run();
        CHECK(box.kernel.routes.size() == kRoutes - 2 * kPart);
    }
    SECTION("and not at the end of the daemon") {
        withdraw(0);
        withdraw(1);
        box.fib.stop(box.now);
        box.run();
        CHECK(box.fib.stopped());
        CHECK(box.kernel.routes.empty());
    }
}

TEST_CASE("a drill says who takes over what, and when the kernel has it") {
    Box box;
    protect(box, 5);
    for (unsigned i = 10; i < 13; ++i)
        box.announce(net(i), Box::to({1, 3}));
    box.announce(net(30), Box::to({3}, {1}));  // not carried by it
    box.run();
    auto drill = box.fib.take_away(kFirst, 1, box.now);
    CHECK_FALSE(box.fib.moved(drill));
    while (box.send(64) > 0) {
    }
    CHECK_FALSE(box.fib.moved(drill));  // not acknowledged yet
    box.run();
    CHECK(box.fib.moved(drill));
    const auto result = box.fib.taken_over(drill);
    CHECK(result.routes == 8);
    CHECK(result.stranded == 0);
    const std::map<NeighborTag, std::uint64_t> expected{{kSecond, 5},
                                                        {static_cast<NeighborTag>(3), 3}};
    CHECK(result.moved_to == expected);
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
    CHECK(box.fib.take_away(kFirst, 1, box.now).routes.empty());
}

TEST_CASE("a drill tells routes without a way from those that a shorter or longer one takes over") {
    Box box;
    protect(box, 0);
    box.fib.set_cover_role(kFirst, CoverRole::Covers, box.now);
    box.fib.set_cover_role(kSecond, CoverRole::Yields, box.now);
    box.announce("10.0.0.0/8", Box::to({1}));      // has longer ones behind it
    box.announce("10.1.0.0/16", Box::to({2}));     // ... this
    box.announce("192.168.7.0/24", Box::to({1}));  // has a shorter one
    box.announce("192.168.0.0/16", Box::to({2}));  // ... this
    box.announce("172.16.0.0/12", Box::to({1}));   // nothing
    box.kernel.add_foreign(prefix("0.0.0.0/0"), 0, Box::at(3));
    box.run();
    auto drill = box.fib.take_away(kFirst, 1, box.now);
    box.run();
    REQUIRE(box.fib.moved(drill));
    const auto result = box.fib.taken_over(drill);
    CHECK(result.routes == 3);
    CHECK(result.stranded == 1);
    CHECK(result.moved_to == std::map<NeighborTag, std::uint64_t>{{kSecond, 2}});
}

TEST_CASE("a neighbor carries nothing of what is held back behind another") {
    Box box;
    protect(box, 0);
    box.fib.set_cover_role(kFirst, CoverRole::Covers, box.now);
    box.fib.set_cover_role(kSecond, CoverRole::Yields, box.now);
    box.announce("10.0.0.0/8", Box::to({1}));
    box.announce("10.1.0.0/16", Box::to({2}));
    box.run();
    CHECK(box.fib.take_away(kSecond, 1, box.now).routes.empty());
}

TEST_CASE("a drill without nexthop objects has moved the traffic when the routes are rewritten") {
    Box box({}, ObjectSupport::None);
    protect(box, 5);
    auto drill = box.fib.take_away(kFirst, 1, box.now);
    CHECK_FALSE(box.fib.moved(drill));
    box.run();
    CHECK(box.fib.moved(drill));
    CHECK(box.fib.taken_over(drill).moved_to.at(kSecond) == 5);
    CHECK(box.carriers(net(0)) == std::set<OnLink>{Box::at(2)});
}

TEST_CASE("what would have no way without a neighbor is known before it is taken away") {
    Box box;
    protect(box, 2);                               // with a backup
    box.announce(net(10), Box::to({1, 3}));        // shared with another
    box.announce(net(20), Box::to({1}));           // nothing else
    box.announce(net(21), Box::to({2}, {1}));      // not carried by it
    box.announce("192.168.7.0/24", Box::to({1}));  // has a shorter one
    box.announce("192.168.0.0/16", Box::to({2}));
    box.run();
    const auto first = box.fib.reliance_on(kFirst);
    CHECK(first.routes == 5);
    CHECK(first.movable == 3);
    CHECK(first.stranded == 1);
    CHECK(first.examples == std::vector{prefix(net(20))});
    const auto second = box.fib.reliance_on(kSecond);
    CHECK(second.routes == 2);
    CHECK(second.stranded == 1);

    box.fib.neighbor_down(kSecond, 1, box.now);
    box.run();
    CHECK(box.fib.reliance_on(kFirst).stranded == 5);  // all but the shared one
    CHECK(box.fib.reliance_on(kSecond).routes == 0);
}

TEST_CASE("routes that yield to a neighbor's stand in for it, and so does a floating static") {
    Box box;
    protect(box, 0);
    box.fib.set_cover_role(kFirst, CoverRole::Covers, box.now);
    box.fib.set_cover_role(kSecond, CoverRole::Yields, box.now);
    box.announce("10.0.0.0/8", Box::to({1}));
    box.announce("10.1.0.0/16", Box::to({2}));
    box.announce("172.16.0.0/12", Box::to({1}));
    box.run();
    CHECK(box.fib.reliance_on(kFirst).stranded == 1);
    box.fib.set_static_routes({static_via("172.16.0.0/12", "192.0.2.50", 250)}, box.now);
    box.run();
    CHECK(box.fib.reliance_on(kFirst).stranded == 0);
}

TEST_CASE("what discards, or is another program's, stands in for nobody and hides what is behind") {
    Box box;
    protect(box, 0);
    box.announce("10.1.0.0/16", Box::to({1}));
    box.announce("0.0.0.0/0", Box::to({2}));
    SECTION("a shorter blackhole") {
        box.fib.set_static_routes({blackhole("10.0.0.0/8", 5)}, box.now);
    }
    SECTION("a floating blackhole of the prefix itself") {
        box.fib.set_static_routes({blackhole("10.1.0.0/16", 254)}, box.now);
    }
    SECTION("another program's shorter route") {
        box.kernel.add_foreign(prefix("10.0.0.0/8"), 0, Box::at(3));
    }
    box.run();
    CHECK(box.fib.reliance_on(kFirst).stranded == 1);
    auto drill = box.fib.take_away(kFirst, 1, box.now);
    box.run();
    CHECK(box.fib.taken_over(drill).stranded == 1);
}

TEST_CASE("who would take over is known whatever the kernel can do for groups") {
    Box box({},
            GENERATE(ObjectSupport::None, ObjectSupport::Groups, ObjectSupport::ResilientGroups));
    protect(box, 2);
    box.announce(net(20), Box::to({1}));
    box.run();
    const auto what = box.fib.reliance_on(kFirst);
    CHECK(what.routes == 3);
    CHECK(what.movable == 2);
    CHECK(what.stranded == 1);
}

TEST_CASE("a neighbor that waits to be used again would stand in where nobody else does") {
    Box box;
    protect(box, 2);
    box.run();
    box.fib.neighbor_down(kSecond, 1, box.now);
    box.run();
    REQUIRE(box.fib.reliance_on(kFirst).stranded == 2);
    box.fib.neighbor_returning(kSecond, 2, 2, box.now);
    box.run();
    CHECK(box.fib.reliance_on(kFirst).stranded == 0);
    auto drill = box.fib.take_away(kFirst, 1, box.now);
    box.run();
    CHECK(box.fib.taken_over(drill).moved_to == std::map<NeighborTag, std::uint64_t>{{kSecond, 2}});
}

TEST_CASE("a drill that goes on notices that what took over is gone") {
    Box box;
    protect(box, 5);
    box.announce(net(30), Box::to({1}));  // has no way from the beginning
    box.run();
    auto drill = box.fib.take_away(kFirst, 1, box.now);
    box.run();
    CHECK(box.fib.taken_over(drill).stranded == 1);
    for (int i = 0; i < 10; ++i)
        CHECK_FALSE(box.fib.lost_way(drill, 2));

    SECTION("one route that is withdrawn, a few at a time") {
        box.withdraw(net(3));
        box.run();
        std::set<std::optional<dx::net::Prefix>> lost;
        for (int i = 0; i < 3; ++i)
            lost.insert(box.fib.lost_way(drill, 2));
        CHECK(lost.contains(prefix(net(3))));
    }
    SECTION("the neighbor") {
        box.fib.neighbor_down(kSecond, 1, box.now);
        CHECK(box.fib.lost_way(drill, 1));
    }
}

TEST_CASE("a failure is timed until the kernel has moved every group") {
    Box box;
    protect(box, 5);
    box.announce(net(50), Box::to({1}, {3}));
    box.run();
    box.fib.neighbor_down(kFirst, 1, box.now);
    box.fib.neighbor_down(kFirst, 1, box.now);  // said twice: BFD's and the session's word
    box.now += std::chrono::microseconds(200);
    box.run();
    box.now += seconds(1);
    box.run();
    const auto times = box.fib.summary().failovers;
    CHECK(times.counts()[1] == 1);  // 100 to 250 microseconds
    CHECK(std::ranges::count(times.counts(), 0U) == std::ssize(times.counts()) - 1);
    CHECK(times.sum() == std::chrono::microseconds(200));
}

TEST_CASE("a neighbor that carried nothing is no failure") {
    Box box;
    protect(box, 5);
    box.fib.neighbor_up(static_cast<NeighborTag>(3), 1, 3, box.now);
    box.fib.neighbor_down(static_cast<NeighborTag>(3), 1, box.now);
    box.run();
    CHECK(box.fib.summary().failovers.sum() == std::chrono::nanoseconds(0));
}
