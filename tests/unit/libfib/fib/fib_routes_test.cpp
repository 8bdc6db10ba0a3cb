// What is wanted: distance among the sources, static routes, sources, objects or not, show.
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;

namespace {

template <typename Event>
std::vector<Event> events(Box& box) {
    std::vector<Event> found;
    for (const auto& event : box.fib.take_events())
        if (const auto* wanted = std::get_if<Event>(&event)) found.push_back(*wanted);
    return found;
}

}  // namespace

TEST_CASE("a single path is a plain route, so that ip route shows its gateway") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.announce("2001:db9::/32", Box::to({2}, {}, true));
    box.run();
    const auto* route = box.kernel.route("10.0.0.0/16");
    REQUIRE(route != nullptr);
    CHECK(route->protocol == 186);
    CHECK(route->object == ObjectId::None);
    CHECK(route->hops == std::vector<PlainHop>{{Box::at(1), 1}});
    CHECK(box.carriers("2001:db9::/32") == std::set<OnLink>{Box::at(2, true)});
    CHECK(box.kernel.objects.empty());
}

TEST_CASE("above the limit single paths share an object too") {
    FibConfig config;
    config.plain_route_limit = 10;
    Box box(config);
    box.start();
    for (int i = 0; i < 40; ++i)
        box.announce("10." + std::to_string(i) + ".0.0/16", Box::to({1}));
    box.run();
    unsigned plain = 0;
    for (const auto& [key, route] : box.kernel.routes)
        plain += route.object == ObjectId::None ? 1 : 0;
    CHECK(plain <= 10);
    CHECK(box.kernel.objects.size() == 2);  // the next hop and its group
    CHECK(box.fib.summary().total().installed == 40);
}

TEST_CASE("the lowest distance wins, and the next takes over") {
    Box box;
    box.start();
    box.fib.set_static_routes({static_via("10.0.0.0/16", "192.0.2.50", 30)}, box.now);
    box.announce("10.0.0.0/16", Box::to({1}), kExternalBgpDistance);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.kernel.route("10.0.0.0/16")->protocol == 186);
    box.announce("10.0.0.0/16", Box::to({1}), kInternalBgpDistance);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(3)});
    CHECK(box.kernel.route("10.0.0.0/16")->protocol == 88);
    box.fib.set_static_routes({}, box.now);
    box.run();
    CHECK(box.kernel.route("10.0.0.0/16")->protocol == 186);
}

TEST_CASE("a connected prefix is not installed, and ours comes when the address goes") {
    Box box;
    box.start();
    box.announce("192.0.2.16/28", Box::to({2}));
    box.run();
    CHECK(box.log.empty());
    const auto view = box.fib.find(prefix("192.0.2.16/28"), box.now);
    CHECK(view->state == InstallState::NotOurs);
    CHECK(view->candidates.front().source == RouteSource::Connected);
    CHECK(view->candidates.size() == 2);
    box.kernel.remove_address("192.0.2.17");
    box.run();
    CHECK(box.carriers("192.0.2.16/28") == std::set<OnLink>{Box::at(2)});
}

TEST_CASE("a static route that cannot be resolved is shown, not installed, and shadows nothing") {
    Box box;
    box.start();
    box.fib.set_static_routes({static_via("10.0.0.0/16", "203.0.113.1")}, box.now);
    box.run();
    CHECK(box.fib.find(prefix("10.0.0.0/16"), box.now)->state == InstallState::Unusable);
    CHECK(box.kernel.routes.empty());
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    box.kernel.add_address(2, "203.0.113.2", "203.0.113.0/24");
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{{address("203.0.113.1"), 2}});
}

TEST_CASE("a floating static route takes over when the session's next hop is vetoed") {
    Box box;
    box.start();
    const auto neighbor = static_cast<NeighborTag>(1);
    box.fib.neighbor_up(neighbor, 1, 1, box.now);
    box.fib.set_static_routes({static_via("10.0.0.0/16", "192.0.2.50", 250)}, box.now);
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    box.fib.neighbor_down(neighbor, 1, box.now);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(3)});
}

TEST_CASE("a static route waits for its interface, by name") {
    Box box;
    box.start();
    StaticRoute route;
    route.prefix = prefix("10.0.0.0/16");
    route.interface = "eth7";
    StaticRoute hole;
    hole.prefix = prefix("10.1.0.0/16");
    hole.blackhole = true;
    box.fib.set_static_routes({route, hole}, box.now);
    box.run();
    CHECK(box.kernel.route("10.0.0.0/16") == nullptr);
    REQUIRE(box.kernel.route("10.1.0.0/16") != nullptr);
    CHECK(box.kernel.route("10.1.0.0/16")->kind == ForwardingKind::Blackhole);
    box.kernel.set_link(7, true, true);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{{std::nullopt, 7}});
    box.kernel.set_link(7, false, false);
    box.run();
    CHECK(box.kernel.route("10.0.0.0/16") == nullptr);
}

TEST_CASE("the preferred source is used while it is an address of ours") {
    FibConfig config;
    config.source_v4 = address("10.255.0.1");
    Box box(config);
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.announce("10.1.0.0/16", Box::to({1}, {2}));
    box.announce("2001:db9::/32", Box::to({1}, {}, true));
    box.run();
    CHECK_FALSE(box.kernel.route("10.0.0.0/16")->source);
    box.kernel.add_address(3, "10.255.0.1", "10.255.0.1/32");
    box.run();
    CHECK(box.kernel.route("10.0.0.0/16")->source == config.source_v4);
    CHECK(box.kernel.route("10.1.0.0/16")->source == config.source_v4);
    CHECK_FALSE(box.kernel.route("2001:db9::/32")->source);
    box.kernel.remove_address("10.255.0.1");  // takes the routes along
    CHECK(box.kernel.route("10.0.0.0/16") == nullptr);
    box.run();
    REQUIRE(box.kernel.route("10.0.0.0/16") != nullptr);
    CHECK_FALSE(box.kernel.route("10.0.0.0/16")->source);
    CHECK_FALSE(box.kernel.route("10.1.0.0/16")->source);
}

TEST_CASE("a changed metric moves every route") {
    Box box;
    box.start();
    for (const auto* text : {"10.0.0.0/16", "10.1.0.0/16"})
        box.announce(text, Box::to({1}));
    box.run();
    FibConfig config;
    config.metric = 77;
    box.fib.configure(config, box.now);
    box.run();
    CHECK(box.kernel.routes.size() == 2);
    CHECK(box.kernel.route("10.0.0.0/16", 77) != nullptr);
    CHECK(box.kernel.route("10.1.0.0/16", 77) != nullptr);
}

TEST_CASE("with the fib off nothing of ours is in the kernel, and the table is kept") {
    FibConfig config;
    config.enabled = false;
    Box box(config);
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.kernel.routes.empty());
    CHECK(box.fib.find(prefix("10.0.0.0/16"), box.now)->state == InstallState::Disabled);
    config.enabled = true;
    box.fib.configure(config, box.now);
    box.run();
    CHECK(box.kernel.routes.size() == 1);
    config.enabled = false;
    box.fib.configure(config, box.now);
    box.run();
    CHECK(box.kernel.routes.empty());
}

TEST_CASE("a network is present while the table has it from another source than BGP") {
    Box box;
    box.start();
    box.fib.watch_network(prefix("10.0.0.0/16"));
    box.announce("10.0.0.0/16", Box::to({1}));
    CHECK(events<NetworkPresence>(box) ==
          std::vector<NetworkPresence>{{prefix("10.0.0.0/16"), false}});
    box.fib.set_static_routes({static_via("10.0.0.0/16", "192.0.2.50")}, box.now);
    CHECK(events<NetworkPresence>(box) ==
          std::vector<NetworkPresence>{{prefix("10.0.0.0/16"), true}});
    box.kernel.set_link(3, false, false);
    box.run();
    CHECK(events<NetworkPresence>(box) ==
          std::vector<NetworkPresence>{{prefix("10.0.0.0/16"), false}});
}

TEST_CASE("redistribution tells the routes of a source, and that they are gone") {
    Box box;
    box.start();
    box.fib.take_events();
    box.fib.redistribute(RouteSource::Connected, true);
    const auto connected = events<RedistributedRoute>(box);
    CHECK(connected.size() == 6);  // three links, two families
    box.kernel.set_link(1, true, false);
    box.run();
    const auto gone = events<RedistributedRoute>(box);
    CHECK(gone.size() == 2);
    for (const auto& route : gone)
        CHECK_FALSE(route.present);
    box.fib.redistribute(RouteSource::Kernel, true);
    box.kernel.add_foreign(prefix("10.7.0.0/16"), 5, Box::at(2));
    box.run();
    const auto kernel = events<RedistributedRoute>(box);
    REQUIRE(kernel.size() == 1);
    CHECK(kernel.front().metric == 5);
    CHECK(kernel.front().gateway == Box::at(2).gateway);
    box.fib.redistribute(RouteSource::Kernel, false);
    CHECK(events<RedistributedRoute>(box).size() == 1);
}

TEST_CASE("a walk shows the table in order, slice by slice, with candidates and ages") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    box.now += std::chrono::seconds(75);
    box.announce("10.0.0.0/16", Box::to({1}));  // the same again: not younger
    std::vector<std::string> seen;
    std::optional<dx::net::Prefix> cursor;
    do {
        cursor = box.fib.walk(cursor, 2, std::nullopt, box.now, [&](const RouteView& view) {
            seen.push_back(view.prefix.to_string());
        });
    } while (cursor);
    CHECK(seen == std::vector<std::string>{"10.0.0.0/16", "192.0.2.16/28", "192.0.2.32/28",
                                           "192.0.2.48/28", "2001:db8:1::/64", "2001:db8:2::/64",
                                           "2001:db8:3::/64"});
    const auto view = box.fib.lookup(address("10.0.5.5"), box.now);
    REQUIRE(view);
    CHECK(view->state == InstallState::Installed);
    CHECK(view->candidates.front().age == std::chrono::seconds(75));
    CHECK(view->candidates.front().on_link == std::vector<OnLink>{Box::at(1)});
    CHECK(box.fib.summary().sources[0].routes == 6);
    CHECK(box.fib.summary().total().wanted == 1);
}

TEST_CASE("a few routes by one way do not wait behind many by another") {
    constexpr unsigned kMany = 2000;
    const auto many = [](unsigned i) {
        return dx::net::Prefix(dx::net::IpAddress::v4(0x0a000000U + (i << 8)), 24);
    };
    // In one batch, or as many small UPDATEs bring it.
    for (const unsigned each : {kMany, 4U}) {
        INFO(each << " in a batch");
        Box box;
        box.start();
        for (unsigned i = 0; i < kMany; i += each) {
            RouteBatch load;
            for (unsigned n = i; n < i + each; ++n)
                load.announce(many(n), RouteSource::Bgp, 20, Box::to({1}));
            box.fib.apply(load, box.now);
        }
        box.announce("172.16.1.0/28", Box::to({2}));
        box.announce("172.16.2.0/28", Box::to({3}));
        box.announce("172.17.0.0/16", Box::to({3}));
        box.send(256);
        CHECK(box.kernel.route("172.16.1.0/28") != nullptr);
        CHECK(box.kernel.route("172.16.2.0/28") != nullptr);
        box.run();

        for (unsigned i = 0; i < kMany; i += each) {
            RouteBatch end;
            for (unsigned n = i; n < i + each; ++n)
                end.withdraw(many(n), RouteSource::Bgp);
            box.fib.apply(end, box.now);
        }
        box.withdraw("172.17.0.0/16");
        box.send(256);
        CHECK(box.kernel.route("172.17.0.0/16") == nullptr);
        box.run();
        CHECK(box.kernel.routes.size() == 2);
    }
}
