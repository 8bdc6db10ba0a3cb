// The whole of forwarding against the real kernel: what routing asks for is what the kernel does.
#include "tests/netlink/forwarding.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/netlink/kernel_tables.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using fib::FibNote;
using net::Family;
using net::Prefix;
using test::Forwarding;
using test::ip;
using test::over;
using test::protected_by;
using test::some_prefixes;
using test::way_to;

namespace {

constexpr std::uint8_t kBgp = 186;

Prefix prefix(const char* text) {
    return *Prefix::parse(text);
}

std::vector<Prefix> both_families(std::size_t each) {
    return test::together(some_prefixes(Family::Ipv4, each), some_prefixes(Family::Ipv6, each));
}

}  // namespace

TEST_CASE("thousands of routes of both families are added, moved and withdrawn") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        const auto prefixes = some_prefixes(family, 3000);
        forwarding.announce(prefixes, over(0, family));
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(way_to(prefixes[7]) == "v0");

        forwarding.announce(prefixes, over(1, family));
        CHECK(forwarding.settled());
        for (const auto& [to, route] : test::kernel_routes_of(kBgp)) {
            REQUIRE(route.hops.size() == 1);
            REQUIRE(route.hops[0].target.interface == test::index_of("v1"));
        }
        forwarding.withdraw(prefixes);
        CHECK(forwarding.kernel_has({}));
    }
    CHECK(forwarding.stats().kernel.errors == 0);
}

TEST_CASE("a hundred thousand routes are in the kernel prefix by prefix, and gone after the stop") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    const auto prefixes = both_families(50'000);
    forwarding.announce(some_prefixes(Family::Ipv4, 50'000), over(0, Family::Ipv4));
    forwarding.announce(some_prefixes(Family::Ipv6, 50'000), over(0, Family::Ipv6));
    CHECK(forwarding.kernel_has(prefixes));
    if (::access("/proc/sys/net/ipv4/nexthop_compat_mode", W_OK) == 0)  // not in every container
        CHECK(test::run("cat /proc/sys/net/ipv4/nexthop_compat_mode") == "0\n");
    CHECK(forwarding.stop());
    CHECK(test::kernel_routes_of(kBgp).empty());
    CHECK(test::kernel_objects().empty());
}

TEST_CASE("few routes over one way are plain, so that ip route shows the gateway") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    forwarding.announce({prefix("10.1.0.0/16")}, over(0, Family::Ipv4));
    CHECK(forwarding.settled());
    CHECK(test::lines_of_ip("route show proto bgp") ==
          std::vector<std::string>{"10.1.0.0/16 via 198.18.0.2 dev v0 metric 20"});
    CHECK(test::kernel_objects().empty());
}

TEST_CASE("another program's route is left alone, and ours follows when it is gone") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const char* protocol : {"static", "boot", "44"}) {
        INFO(protocol);
        ip(std::string("route add 10.1.0.0/16 via 198.18.1.9 metric 20 proto ") + protocol);
        const auto before = ip("route show 10.1.0.0/16");
        Forwarding forwarding;
        REQUIRE(forwarding.ready());
        forwarding.announce({prefix("10.1.0.0/16")}, over(0, Family::Ipv4));
        CHECK(forwarding.wait_for([&] {
            return forwarding.state_of(prefix("10.1.0.0/16")) == fib::InstallState::Conflict;
        }));
        CHECK(ip("route show 10.1.0.0/16") == before);
        ip("route del 10.1.0.0/16");
        CHECK(forwarding.kernel_has({prefix("10.1.0.0/16")}));
        CHECK(way_to(prefix("10.1.0.0/16")) == "v0");
        CHECK(forwarding.stop());
        CHECK(ip("route show 10.1.0.0/16").empty());
    }
}

TEST_CASE("the kernel moves a protected route when its link goes, and it is put back after") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        Forwarding forwarding;
        REQUIRE(forwarding.ready());
        const auto prefixes = some_prefixes(family, 300);
        forwarding.service().neighbor_up(fib::NeighborTag{0}, 1, test::index_of("v0"));
        forwarding.service().neighbor_up(fib::NeighborTag{1}, 1, test::index_of("v1"));
        forwarding.announce(prefixes, protected_by(0, 1, family));
        CHECK(forwarding.kernel_has(prefixes));
        INFO(to_string(family));
        CHECK(way_to(prefixes[5]) == "v0");

        ip("link set v0 down");  // without a turn of the daemon's routing
        CHECK(way_to(prefixes[5]) == "v1");
        CHECK(forwarding.told_that("v0", false));
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(way_to(prefixes[5]) == "v1");

        test::raise_link(0);
        CHECK(forwarding.told_that("v0", true));
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(way_to(prefixes[5]) == "v1");  // vetoed until routing says that the neighbor is back
        forwarding.service().neighbor_up(fib::NeighborTag{0}, 2, test::index_of("v0"));
        CHECK(forwarding.wait_for([&] { return way_to(prefixes[5]) == "v0"; }));
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(forwarding.stop());
        CHECK(test::kernel_objects().empty());
    }
}

TEST_CASE("a lost carrier moves a protected route too, and a lost backup is no harm") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    const auto prefixes = some_prefixes(Family::Ipv4, 300);
    forwarding.announce(prefixes, protected_by(0, 1, Family::Ipv4));
    CHECK(forwarding.kernel_has(prefixes));
    ip("link set p1 down");
    CHECK(forwarding.told_that("v1", false));
    CHECK(forwarding.kernel_has(prefixes));
    CHECK(way_to(prefixes[5]) == "v0");
    ip("link set p1 up");
    CHECK(forwarding.told_that("v1", true));
    CHECK(forwarding.kernel_has(prefixes));
    ip("link set p0 down");
    CHECK(forwarding.wait_for([&] { return way_to(prefixes[5]) == "v1"; }));
    CHECK(forwarding.kernel_has(prefixes));
    ip("link set p1 down");  // both
    CHECK(forwarding.wait_for([&] { return forwarding.stats().fib.total().wanted == 0; }));
    CHECK(forwarding.kernel_has({}));
    CHECK(forwarding.progress().installed == 0);
    ip("link set p1 up");
    CHECK(forwarding.wait_for([&] { return forwarding.stats().fib.total().wanted == 300; }));
    CHECK(forwarding.kernel_has(prefixes));
    CHECK(forwarding.progress().installed == 300);
    CHECK(forwarding.progress().quiet);
    CHECK(way_to(prefixes[5]) == "v1");
}

TEST_CASE("a table that is withdrawn as a whole goes with its object, and can come back at once") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        INFO(to_string(family));
        Forwarding forwarding;
        REQUIRE(forwarding.ready());
        const auto prefixes = some_prefixes(family, 300);
        forwarding.announce(prefixes, protected_by(0, 1, family));
        CHECK(forwarding.kernel_has(prefixes));

        const auto requests = forwarding.stats().kernel.requests;
        forwarding.withdraw(prefixes);
        CHECK(forwarding.kernel_has({}));
        // For IPv6 the kernel would tell of each: only a large table goes so.
        if (family == Family::Ipv4) CHECK(forwarding.stats().kernel.requests < requests + 10);

        forwarding.announce(prefixes, protected_by(0, 1, family));
        CHECK(forwarding.kernel_has(prefixes));
        forwarding.withdraw(prefixes);
        forwarding.announce(prefixes, protected_by(1, 0, family));
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(forwarding.notes_of(FibNote::Kind::RouteDeletedByOther) == 0);
        CHECK(forwarding.notes_of(FibNote::Kind::ObjectDeletedByOther) == 0);
        CHECK(forwarding.stop());
        CHECK(test::kernel_objects().empty());
        CHECK(test::kernel_routes_of(kBgp).empty());
    }
}

TEST_CASE("routes over a link that goes down are gone, and come back with it") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const bool carrier : {false, true}) {
        const std::string end = carrier ? "p0" : "v0";
        INFO(end);
        Forwarding forwarding;
        REQUIRE(forwarding.ready());
        const auto prefixes = both_families(200);
        forwarding.announce(some_prefixes(Family::Ipv4, 200), over(0, Family::Ipv4));
        forwarding.announce(some_prefixes(Family::Ipv6, 200), over(0, Family::Ipv6));
        CHECK(forwarding.kernel_has(prefixes));
        ip("link set " + end + " down");
        CHECK(forwarding.wait_for([&] { return forwarding.stats().fib.total().wanted == 0; }));
        CHECK(forwarding.kernel_has({}));
        if (carrier)
            ip("link set p0 up");
        else
            test::raise_link(0);
        CHECK(forwarding.wait_for([&] { return forwarding.stats().fib.total().wanted == 400; }));
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(forwarding.notes_of(FibNote::Kind::RouteDeletedByOther) == 0);
        CHECK(forwarding.notes_of(FibNote::Kind::ObjectDeletedByOther) == 0);
        CHECK(forwarding.stop());
    }
}

TEST_CASE("a neighbor that is down takes its traffic to the backup at once") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    const auto prefixes = some_prefixes(Family::Ipv4, 1000);
    forwarding.service().neighbor_up(fib::NeighborTag{0}, 1, test::index_of("v0"));
    forwarding.service().neighbor_up(fib::NeighborTag{1}, 1, test::index_of("v1"));
    forwarding.announce(prefixes, protected_by(0, 1, Family::Ipv4));
    CHECK(forwarding.kernel_has(prefixes));
    const auto before = forwarding.stats().kernel.requests;
    forwarding.service().neighbor_down(fib::NeighborTag{0}, 1);
    CHECK(forwarding.wait_for([&] { return way_to(prefixes[5]) == "v1"; }));
    CHECK(forwarding.stats().kernel.requests - before < 10);  // not one for each route
    CHECK(forwarding.kernel_has(prefixes));
}

TEST_CASE("a neighbor's changed weight is in the kernel at once, for all its routes") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        Forwarding forwarding;
        REQUIRE(forwarding.ready());
        const auto prefixes = some_prefixes(family, 500);
        auto shared = over(0, family);
        shared.best.push_back(test::hop(1, family));
        forwarding.announce(prefixes, shared);
        CHECK(forwarding.kernel_has(prefixes));
        const auto group = test::kernel_routes_of(kBgp).begin()->second.object;
        CHECK(test::buckets_of(group) == std::vector<unsigned>{32, 32});
        const auto before = forwarding.stats().kernel.requests;
        forwarding.service().set_weight(fib::NeighborTag{1}, 3);
        CHECK(forwarding.wait_for(
            [&] { return test::buckets_of(group) == std::vector<unsigned>{16, 48}; }));
        CHECK(forwarding.stats().kernel.requests == before + 1);
        CHECK(forwarding.kernel_has(prefixes));
        CHECK(forwarding.stop());
    }
}

TEST_CASE("what somebody deletes is put back") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    forwarding.service().neighbor_up(fib::NeighborTag{0}, 1, test::index_of("v0"));
    forwarding.service().neighbor_up(fib::NeighborTag{1}, 1, test::index_of("v1"));
    const auto plain = some_prefixes(Family::Ipv4, 100);
    const auto grouped = some_prefixes(Family::Ipv6, 100);
    auto prefixes = plain;
    prefixes.insert(prefixes.end(), grouped.begin(), grouped.end());
    forwarding.announce(plain, over(0, Family::Ipv4));
    forwarding.announce(grouped, protected_by(0, 1, Family::Ipv6));
    CHECK(forwarding.kernel_has(prefixes));

    ip("route del " + plain[3].to_string());
    CHECK(forwarding.wait_for(
        [&] { return forwarding.notes_of(FibNote::Kind::RouteDeletedByOther) == 1; }));
    CHECK(forwarding.kernel_has(prefixes));
    ip("route flush proto bgp");
    CHECK(forwarding.wait_for(
        [&] { return forwarding.notes_of(FibNote::Kind::RouteDeletedByOther) > 50; }));
    CHECK(forwarding.kernel_has(prefixes));
    ip("nexthop flush");
    CHECK(forwarding.wait_for(
        [&] { return forwarding.notes_of(FibNote::Kind::ObjectDeletedByOther) > 0; }));
    CHECK(forwarding.kernel_has(prefixes));
    CHECK(way_to(grouped[3]) == "v0");
}

TEST_CASE("what somebody replaces is put right") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    forwarding.announce({prefix("10.1.0.0/16")}, over(0, Family::Ipv4));
    CHECK(forwarding.settled());
    ip("route replace 10.1.0.0/16 via 198.18.1.2 metric 20 proto bgp");
    CHECK(forwarding.wait_for([&] { return way_to(prefix("10.1.0.0/16")) == "v0"; }));
    CHECK(forwarding.kernel_has({prefix("10.1.0.0/16")}));
}

TEST_CASE("a restart adopts what is there, and sweeps what nobody wants any more") {
    if (!test::enter_namespace_with_two_links()) return;
    const auto prefixes = both_families(500);
    ip("route add 10.255.0.0/16 via 198.18.0.9 proto static metric 20");
    {
        netlink::FibServiceConfig config;
        config.fib.keep_on_stop = true;
        Forwarding first(config);
        REQUIRE(first.ready());
        first.announce(some_prefixes(Family::Ipv4, 500), protected_by(0, 1, Family::Ipv4));
        first.announce(some_prefixes(Family::Ipv6, 500), over(0, Family::Ipv6));
        CHECK(first.kernel_has(prefixes));
        CHECK(first.stop());
        CHECK(test::kernel_routes_of(kBgp).size() == prefixes.size());
    }
    const auto objects = test::kernel_objects().size();
    CHECK(objects >= 3);
    {
        Forwarding second;
        REQUIRE(second.ready());
        const auto kept = some_prefixes(Family::Ipv4, 100);
        second.announce(kept, protected_by(0, 1, Family::Ipv4));
        CHECK(second.settled());
        CHECK(test::kernel_routes_of(kBgp).size() == prefixes.size());
        second.service().end_of_rib();
        CHECK(second.wait_for([&] { return second.notes_of(FibNote::Kind::StaleSwept) == 1; }));
        CHECK(second.kernel_has(kept));
        CHECK(second.stop());
    }
    CHECK(test::kernel_objects().empty());
    CHECK(test::kernel_routes_of(kBgp).empty());
    CHECK(test::lines_of_ip("route show proto static").size() == 1);
}

TEST_CASE("what waits behind a large table is not swept before its turn") {
    if (!test::enter_namespace_with_two_links()) return;
    auto prefixes = some_prefixes(Family::Ipv4, netlink::ChangeQueue::kUnderWay + 1000);
    const std::vector last(prefixes.end() - 500, prefixes.end());
    {
        Forwarding killed;
        REQUIRE(killed.ready());
        killed.announce(last, over(0, Family::Ipv4));
        CHECK(killed.kernel_has(last));
    }
    Forwarding next;
    REQUIRE(next.ready());
    next.announce({prefixes.begin(), prefixes.end() - 500}, over(0, Family::Ipv4));
    next.announce(last, over(0, Family::Ipv4));
    next.service().end_of_rib();
    CHECK(next.settled());
    CHECK(next.kernel_has(prefixes));
    CHECK(next.notes_of(FibNote::Kind::StaleSwept) == 0);
}

TEST_CASE("a daemon that was killed is followed by one that takes over its routes") {
    if (!test::enter_namespace_with_two_links()) return;
    const auto prefixes = some_prefixes(Family::Ipv4, 500);
    {
        Forwarding killed;
        REQUIRE(killed.ready());
        killed.announce(prefixes, protected_by(0, 1, Family::Ipv4));
        CHECK(killed.kernel_has(prefixes));
    }
    Forwarding next;
    REQUIRE(next.ready());
    next.announce(prefixes, protected_by(0, 1, Family::Ipv4));
    CHECK(next.kernel_has(prefixes));
    next.service().end_of_rib();
    CHECK(next.kernel_has(prefixes));
    CHECK(next.stop());
    CHECK(test::kernel_objects().empty());
}

TEST_CASE("a foreign route that comes later is a conflict that is logged, and its end too") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    forwarding.announce({prefix("10.1.0.0/16")}, over(0, Family::Ipv4));
    CHECK(forwarding.settled());
    ip("route replace 10.1.0.0/16 via 198.18.1.9 metric 20 proto static");
    CHECK(forwarding.wait_for([&] { return forwarding.notes_of(FibNote::Kind::Conflict) == 1; }));
    CHECK(forwarding.settled());
    CHECK(forwarding.stats().fib.total().conflicts == 1);
    CHECK(way_to(prefix("10.1.0.0/16")) == "v1");
    ip("route del 10.1.0.0/16");
    CHECK(
        forwarding.wait_for([&] { return forwarding.notes_of(FibNote::Kind::ConflictOver) == 1; }));
    CHECK(forwarding.kernel_has({prefix("10.1.0.0/16")}));
    CHECK(forwarding.stats().fib.total().conflicts == 0);
}

TEST_CASE("the preferred source is used while its address exists") {
    if (!test::enter_namespace_with_two_links()) return;
    ip("addr add 203.0.113.1/32 dev lo");
    netlink::FibServiceConfig config;
    config.fib.source_v4 = net::IpAddress::parse("203.0.113.1");
    Forwarding forwarding(config);
    REQUIRE(forwarding.ready());
    const auto prefixes = some_prefixes(Family::Ipv4, 50);
    forwarding.announce(prefixes, over(0, Family::Ipv4));
    const auto all_have = [&](std::optional<net::IpAddress> source) {
        const auto routes = test::kernel_routes_of(kBgp);
        return routes.size() == prefixes.size() &&
               std::all_of(routes.begin(), routes.end(),
                           [&](const auto& route) { return route.second.source == source; });
    };
    CHECK(forwarding.wait_for([&] { return all_have(config.fib.source_v4); }));
    ip("addr del 203.0.113.1/32 dev lo");
    CHECK(forwarding.wait_for([&] { return all_have(std::nullopt); }));
    ip("addr add 203.0.113.1/32 dev lo");
    CHECK(forwarding.wait_for([&] { return all_have(config.fib.source_v4); }));
}

TEST_CASE("links that flap during a load leave the kernel as routing wants it") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    const auto prefixes = some_prefixes(Family::Ipv4, 20'000);
    for (int round = 0; round < 6; ++round) {
        forwarding.announce(
            prefixes, round % 2 == 0 ? over(0, Family::Ipv4) : protected_by(1, 0, Family::Ipv4));
        ip("link set v0 down");
        ip("link set v0 up");
        forwarding.wait_for([] { return false; }, std::chrono::milliseconds(20 * round));
        ip("link set v1 down");
        ip("link set v1 up");
    }
    CHECK(forwarding.kernel_has(prefixes));
}

TEST_CASE("with fib.enabled false nothing is written, and next hops are resolved all the same") {
    if (!test::enter_namespace_with_two_links()) return;
    netlink::FibServiceConfig config;
    config.fib.enabled = false;
    Forwarding forwarding(config);
    REQUIRE(forwarding.ready());
    const fib::NextHopKey key{*net::IpAddress::parse("198.18.0.2"), fib::kNoInterface};
    forwarding.service().track_next_hop(key);
    CHECK(forwarding.wait_for([&] { return forwarding.next_hops[key].reachable; }));
    forwarding.announce(some_prefixes(Family::Ipv4, 100), over(0, Family::Ipv4));
    CHECK(forwarding.wait_for([&] { return forwarding.stats().fib.prefixes > 100; }));
    CHECK(forwarding.stats().kernel.requests == 0);
    CHECK(test::kernel_routes_of(kBgp).empty());
    CHECK(forwarding.stop());
}

TEST_CASE("interfaces are told at the start and whenever anything about them is different") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    const auto v0 = test::index_of("v0");
    REQUIRE(forwarding.interfaces.size() == 5);  // lo, v0, p0, v1, p1
    const auto& told = forwarding.interfaces;
    CHECK(told.at(v0).name == "v0");
    CHECK(told.at(v0).kind == "veth");
    CHECK(told.at(v0).running);
    const auto has_address = [&](const char* text) {
        const auto& all = told.at(v0).addresses;
        return std::any_of(all.begin(), all.end(), [&](const netlink::InterfaceAddress& address) {
            return address.address == *net::IpAddress::parse(text);
        });
    };
    CHECK(has_address("198.18.0.1"));
    CHECK(has_address("2001:db8:0::1"));

    ip("addr add 203.0.113.1/24 dev v0");
    CHECK(forwarding.wait_for([&] { return has_address("203.0.113.1"); }));
    ip("link set p0 down");
    CHECK(forwarding.wait_for([&] { return told.at(v0).up && !told.at(v0).running; }));
    CHECK(told.at(v0).last_change);
    ip("link set v0 down");
    ip("link set v0 name uplink");
    CHECK(forwarding.wait_for([&] { return told.at(v0).name == "uplink"; }));
    CHECK(!told.at(v0).up);
    CHECK(!has_address("2001:db8:0::1"));  // the kernel removes IPv6 addresses of what is shut
    ip("link del uplink");
    CHECK(forwarding.wait_for([&] { return told.size() == 3; }));
    std::sort(forwarding.removed.begin(), forwarding.removed.end());
    CHECK(forwarding.removed == std::vector<std::string>{"p0", "uplink"});
}

TEST_CASE("next hops, networks and connected routes are told as they change") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    auto& service = forwarding.service();
    const fib::NextHopKey near{*net::IpAddress::parse("198.18.0.2"), fib::kNoInterface};
    const fib::NextHopKey far{*net::IpAddress::parse("10.9.9.9"), fib::kNoInterface};
    service.track_next_hop(near);
    service.track_next_hop(far);
    service.watch_network(prefix("10.9.0.0/16"));
    service.redistribute(fib::RouteSource::Connected, true);
    auto& states = forwarding.next_hops;
    CHECK(forwarding.wait_for([&] { return states[near].reachable && states.contains(far); }));
    CHECK(states[near].connected);
    CHECK(!states[far].reachable);
    CHECK(forwarding.wait_for(
        [&] { return forwarding.redistributed.contains(prefix("198.18.0.0/24")); }));
    CHECK(!forwarding.networks[prefix("10.9.0.0/16")]);

    ip("route add 10.9.0.0/16 via 198.18.1.9 proto static");
    CHECK(forwarding.wait_for([&] { return states[far].reachable; }));
    CHECK(!states[far].connected);
    CHECK(forwarding.wait_for([&] { return forwarding.networks[prefix("10.9.0.0/16")]; }));
    ip("link set v0 down");
    CHECK(forwarding.wait_for([&] { return !states[near].reachable; }));
    CHECK(forwarding.wait_for(
        [&] { return !forwarding.redistributed.contains(prefix("198.18.0.0/24")); }));
}

TEST_CASE("a walk over the routes goes on where it stopped, and may ask for one source only") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    const auto prefixes = some_prefixes(Family::Ipv4, 5000);
    forwarding.announce(prefixes, over(0, Family::Ipv4));
    CHECK(forwarding.settled());
    netlink::RouteQuery query;
    query.source = fib::RouteSource::Bgp;
    query.limit = 700;
    std::vector<Prefix> seen;
    do {
        std::optional<netlink::RouteAnswer> answer;
        forwarding.service().routes(query,
                                    [&](netlink::RouteAnswer got) { answer = std::move(got); });
        REQUIRE(forwarding.wait_for([&] { return answer.has_value(); }));
        CHECK(answer->routes.size() <= query.limit);
        for (const netlink::ShownRoute& shown : answer->routes) {
            seen.push_back(shown.route.prefix);
            REQUIRE(shown.route.state == fib::InstallState::Installed);
            REQUIRE(*shown.route.candidates.at(0).forwarding == over(0, Family::Ipv4));
        }
        query.after = answer->next;
    } while (query.after);
    auto expected = prefixes;
    std::sort(expected.begin(), expected.end());
    CHECK(seen == expected);
}

TEST_CASE("static routes follow their interface, and lose to nobody") {
    if (!test::enter_namespace_with_two_links()) return;
    Forwarding forwarding;
    REQUIRE(forwarding.ready());
    forwarding.announce({prefix("10.1.0.0/16")}, over(1, Family::Ipv4));
    forwarding.service().set_static_routes(
        {{prefix("10.1.0.0/16"), net::IpAddress::parse("198.18.0.2"), "", false, 1},
         {prefix("10.2.0.0/16"), std::nullopt, "v0", false, 1},
         {prefix("10.3.0.0/16"), std::nullopt, "", true, 1}});
    CHECK(forwarding.wait_for([] { return test::kernel_routes_of(88).size() == 3; }));
    CHECK(way_to(prefix("10.1.0.0/16")) == "v0");
    CHECK(test::lines_of_ip("route show proto 88 type blackhole").size() == 1);
    ip("link set v0 down");
    CHECK(forwarding.wait_for([] { return test::kernel_routes_of(88).size() == 1; }));
    CHECK(forwarding.wait_for([] { return way_to(prefix("10.1.0.0/16")) == "v1"; }));
    ip("link set v0 up");
    CHECK(forwarding.wait_for([] { return test::kernel_routes_of(88).size() == 3; }));
    CHECK(forwarding.stop());
    CHECK(test::kernel_routes_of(88).empty());
}
