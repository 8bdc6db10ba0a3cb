#include "daemon/gateways.hpp"

#include "daemon/translate.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;

namespace {

config::StaticRoute route(const char* prefix, const char* via, bool watched = true) {
    config::StaticRoute result;
    result.prefix = *net::Prefix::parse(prefix);
    result.via = net::IpAddress::parse(via);
    if (watched) result.bfd.emplace();
    return result;
}

config::StaticRoute on(config::StaticRoute route, const char* interface) {
    route.interface = interface;
    return route;
}

std::vector<fib::NeighborTag> tags_of(const std::vector<daemon::Gateway>& gateways) {
    std::vector<fib::NeighborTag> tags;
    for (const auto& gateway : gateways)
        tags.push_back(gateway.tag);
    return tags;
}

}  // namespace

TEST_CASE("routes via one address have one gateway, with a tag that no neighbor has") {
    const std::vector routes{
        route("10.1.0.0/16", "192.168.1.1"), route("10.2.0.0/16", "192.168.1.1"),
        route("10.3.0.0/16", "192.168.2.1"), route("10.4.0.0/16", "192.168.1.1", false)};
    daemon::Gateways gateways;
    CHECK(gateways.configure(routes).empty());
    REQUIRE(gateways.all().size() == 2);
    CHECK(gateways.tag_of(routes[0]) == fib::NeighborTag{0xfffe});
    CHECK(gateways.tag_of(routes[1]) == fib::NeighborTag{0xfffe});
    CHECK(gateways.tag_of(routes[2]) == fib::NeighborTag{0xfffd});
    CHECK(gateways.tag_of(routes[3]) == fib::NeighborTag::None);
    CHECK(gateways.all()[0].routes == 2);
    CHECK(gateways.all()[1].routes == 1);
    gateways.configure({routes[0], routes[2]});
    CHECK(gateways.all()[0].routes == 1);
    CHECK(gateways.find(fib::NeighborTag{0xfffd})->peer.to_string() == "192.168.2.1");
    CHECK(gateways.find(fib::NeighborTag{1}) == nullptr);
}

TEST_CASE("only a link-local gateway is another one on another link") {
    const std::vector routes{route("10.1.0.0/16", "192.168.1.1"),
                             on(route("10.2.0.0/16", "192.168.1.1"), "eth0"),
                             on(route("2001:db8:1::/48", "fe80::1"), "eth0"),
                             on(route("2001:db8:2::/48", "fe80::1"), "eth1")};
    daemon::Gateways gateways;
    gateways.configure(routes);
    REQUIRE(gateways.all().size() == 3);
    CHECK(gateways.tag_of(routes[0]) == gateways.tag_of(routes[1]));
    CHECK(gateways.all()[0].interface == "eth0");
    CHECK(gateways.tag_of(routes[2]) != gateways.tag_of(routes[3]));
    CHECK(gateways.all()[2].peer.to_string() == "fe80::1%eth1");
}

TEST_CASE("of several routes' values those that notice soonest count") {
    auto slow = route("10.1.0.0/16", "192.168.1.1");
    auto fast = route("10.2.0.0/16", "192.168.1.1");
    slow.bfd = config::BfdTimers{100ms, 5};
    fast.bfd = config::BfdTimers{150ms, 3};
    daemon::Gateways gateways;
    for (const auto& routes : {std::vector{slow, fast}, std::vector{fast, slow}}) {
        gateways.configure(routes);
        CHECK(gateways.all().front().settings == bfd::SessionSettings{150ms, 150ms, 3});
    }
}

TEST_CASE("a gateway that is tracked is another one than that which BFD watches") {
    auto tracked = route("10.1.0.0/16", "192.168.1.1", false);
    auto sooner = route("10.3.0.0/16", "192.168.1.1", false);
    tracked.track.emplace();
    sooner.track = config::Tracking{500ms, 4};
    const auto watched = route("10.2.0.0/16", "192.168.1.1");
    daemon::Gateways gateways;
    gateways.configure({tracked, watched, sooner});
    REQUIRE(gateways.all().size() == 2);
    CHECK(gateways.tag_of(tracked) == gateways.tag_of(sooner));
    CHECK(gateways.tag_of(tracked) != gateways.tag_of(watched));
    CHECK(gateways.all()[0].tracking == sooner.track);  // the one that notices sooner
    CHECK_FALSE(gateways.all()[1].tracking);
    // The other way of watching is another gateway: it begins anew.
    CHECK(tags_of(gateways.configure({watched})) == std::vector{fib::NeighborTag{0xfffe}});
}

TEST_CASE("a gateway that stays keeps its tag and its state, one that goes frees its own later") {
    const auto first = route("10.1.0.0/16", "192.168.1.1");
    auto second = route("10.2.0.0/16", "192.168.2.1");
    daemon::Gateways gateways;
    gateways.configure({first, second});
    gateways.find(fib::NeighborTag{0xfffd})->in_use = true;
    second.bfd->multiplier = 5;
    const auto third = route("10.3.0.0/16", "192.168.3.1");
    CHECK(tags_of(gateways.configure({third, second})) == std::vector{fib::NeighborTag{0xfffe}});
    const auto* kept = gateways.find(fib::NeighborTag{0xfffd});
    REQUIRE(kept != nullptr);
    CHECK(kept->in_use);
    CHECK(kept->settings.detect_multiplier == 5);
    CHECK(gateways.tag_of(third) == fib::NeighborTag{0xfffc});  // not yet that of the one that went
    gateways.configure({third, second, first});
    CHECK(gateways.tag_of(first) == fib::NeighborTag{0xfffe});
    CHECK_FALSE(gateways.find(fib::NeighborTag{0xfffe})->in_use);
}

TEST_CASE("a route that BFD watches goes to forwarding with its gateway's tag") {
    config::Config config;
    config.static_routes = {route("10.1.0.0/16", "192.168.1.1"),
                            route("10.2.0.0/16", "192.168.1.1", false)};
    daemon::Gateways gateways;
    gateways.configure(config.static_routes);
    const auto routes = daemon::static_routes(config, gateways);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].neighbor == fib::NeighborTag{0xfffe});
    CHECK(routes[1].neighbor == fib::NeighborTag::None);
}
