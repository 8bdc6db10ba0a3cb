#include "libfib/fib/foreign_routes.hpp"

#include "tests/support/catch.hpp"

using namespace dx::fib;
using dx::net::Prefix;

namespace {

KernelRoute route(const char* prefix, std::uint32_t metric, std::vector<InterfaceIndex> links) {
    KernelRoute made;
    made.prefix = *Prefix::parse(prefix);
    made.metric = metric;
    made.protocol = 4;
    for (const auto link : links)
        made.hops.push_back({{std::nullopt, link}, 1});
    return made;
}

const Prefix kTen = *Prefix::parse("10.0.0.0/8");

std::uint32_t best_metric(const ForeignRoutes& routes) {
    const auto* best = routes.best(kTen);
    return best == nullptr ? 0 : best->metric;
}

}  // namespace

TEST_CASE("of several foreign routes the one with the lowest metric stands for the prefix") {
    ForeignRoutes routes;
    CHECK(routes.best(kTen) == nullptr);
    routes.learn(route("10.0.0.0/8", 200, {1}), Seen::Added);
    routes.learn(route("10.0.0.0/8", 100, {2}), Seen::Added);
    CHECK(best_metric(routes) == 100);
    CHECK(routes.forget(route("10.0.0.0/8", 100, {2})));
    CHECK(best_metric(routes) == 200);
    CHECK(routes.forget(route("10.0.0.0/8", 200, {1})));
    CHECK(routes.best(kTen) == nullptr);
}

TEST_CASE("a foreign route that was never seen cannot be forgotten") {
    ForeignRoutes routes;
    CHECK_FALSE(routes.forget(route("10.0.0.0/8", 100, {1})));
    routes.learn(route("10.0.0.0/8", 100, {1}), Seen::Added);
    CHECK_FALSE(routes.forget(route("10.0.0.0/8", 101, {1})));
    CHECK(best_metric(routes) == 100);
}

TEST_CASE("a deletion of one next hop leaves the others") {
    ForeignRoutes routes;
    routes.learn(route("10.0.0.0/8", 100, {1, 2}), Seen::Added);
    CHECK(routes.forget(route("10.0.0.0/8", 100, {1})));
    REQUIRE(routes.best(kTen) != nullptr);
    CHECK(routes.best(kTen)->hops == std::vector<PlainHop>{{{std::nullopt, 2}, 1}});
    CHECK(routes.forget(route("10.0.0.0/8", 100, {})));
    CHECK(routes.best(kTen) == nullptr);
}

TEST_CASE("a replacement takes the place of what had its metric") {
    ForeignRoutes routes;
    routes.learn(route("10.0.0.0/8", 100, {1}), Seen::Added);
    routes.learn(route("10.0.0.0/8", 100, {2}), Seen::Replaced);
    REQUIRE(routes.best(kTen) != nullptr);
    CHECK(routes.best(kTen)->hops.front().target.interface == 2);
    CHECK(routes.forget(route("10.0.0.0/8", 100, {2})));
    CHECK(routes.best(kTen) == nullptr);
}

TEST_CASE("an interface that is shut takes the IPv4 routes that lead nowhere else along") {
    ForeignRoutes routes;
    routes.learn(route("10.0.0.0/8", 100, {1}), Seen::Added);
    routes.learn(route("10.0.0.0/8", 200, {1, 2}), Seen::Added);
    routes.learn(route("2001:db8::/32", 100, {1}), Seen::Added);
    CHECK(routes.purge(1) == std::vector<Prefix>{kTen});
    CHECK(best_metric(routes) == 200);
    CHECK(routes.best(*Prefix::parse("2001:db8::/32")) != nullptr);
    CHECK(routes.purge(1).empty());
}

TEST_CASE("what a dump does not show is gone") {
    ForeignRoutes routes;
    routes.learn(route("10.0.0.0/8", 100, {1}), Seen::Added);
    routes.learn(route("172.16.0.0/12", 100, {1}), Seen::Added);
    routes.begin_dump();
    routes.learn(route("172.16.0.0/12", 100, {1}), Seen::Dumped);
    CHECK(routes.end_dump() == std::vector<Prefix>{kTen});
    CHECK(routes.best(kTen) == nullptr);
    CHECK(routes.best(*Prefix::parse("172.16.0.0/12")) != nullptr);
}
