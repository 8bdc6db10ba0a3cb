// The codec and the sockets against the real kernel.
#include <cerrno>
#include <vector>

#include "libfib/fib/bucket_weights.hpp"
#include "tests/netlink/kernel_tables.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using fib::KernelRequest;
using fib::ObjectId;
using net::IpAddress;
using net::Prefix;
using test::enter_namespace_with_two_links;
using test::index_of;
using test::ip;
using test::kernel_objects;
using test::kernel_routes_of;
using test::send_requests;

namespace {

constexpr std::uint8_t kBgp = 186;
constexpr ObjectId kA{fib::kFirstObjectId};
constexpr ObjectId kB{fib::kFirstObjectId + 1};
constexpr ObjectId kGroup{fib::kFirstObjectId + 2};

IpAddress address(const char* text) {
    return *IpAddress::parse(text);
}

Prefix prefix(const char* text) {
    return *Prefix::parse(text);
}

fib::PutRoute route(const char* to, const char* gateway, fib::InterfaceIndex interface) {
    fib::PutRoute put;
    put.prefix = prefix(to);
    put.protocol = kBgp;
    put.metric = 20;
    put.hops = {{{address(gateway), interface}, 1}};
    return put;
}

int one(const decltype(KernelRequest::what)& what) {
    return send_requests({{0, what}}).front().first;
}

}  // namespace

TEST_CASE("a plain route of either family is added, replaced and deleted") {
    if (!enter_namespace_with_two_links()) return;
    const auto v0 = index_of("v0");

    struct Row {
        const char* to;
        const char* first;
        const char* second;
    };

    for (const Row& row :
         {Row{"10.1.0.0/16", "198.18.0.2", "198.18.0.3"},
          Row{"2001:db8:100::/48", "2001:db8:0::2", "2001:db8:0::3"},
          Row{"2001:db8:200::/48", "fe80::2", "fe80::3"},
          Row{"0.0.0.0/0", "198.18.0.2", "198.18.0.3"}, Row{"::/0", "2001:db8:0::2", "fe80::3"}}) {
        INFO(row.to);
        CHECK(one(route(row.to, row.first, v0)) == 0);
        auto routes = kernel_routes_of(kBgp);
        REQUIRE(routes.size() == 1);
        CHECK(routes.begin()->first == prefix(row.to));
        CHECK(routes.begin()->second.metric == 20);
        CHECK(routes.begin()->second.hops ==
              std::vector<fib::PlainHop>{{{address(row.first), v0}, 1}});

        CHECK(one(route(row.to, row.first, v0)) == EEXIST);
        auto replaced = route(row.to, row.second, v0);
        replaced.verb = fib::RouteVerb::Replace;
        CHECK(one(replaced) == 0);
        routes = kernel_routes_of(kBgp);
        REQUIRE(routes.size() == 1);
        CHECK(routes.begin()->second.hops[0].target.gateway == address(row.second));

        CHECK(one(fib::DeleteRoute{prefix(row.to), kBgp, 20}) == 0);
        CHECK(kernel_routes_of(kBgp).empty());
        CHECK(one(replaced) == ENOENT);
        CHECK(one(fib::DeleteRoute{prefix(row.to), kBgp, 20}) == ESRCH);
    }
}

TEST_CASE("the kernel deals the buckets as computed, and again when the first member goes") {
    if (!enter_namespace_with_two_links()) return;
    const auto v0 = index_of("v0");

    struct Row {
        std::uint16_t buckets;
        std::vector<std::uint16_t> weights;
    };

    for (const Row& row : std::vector<Row>{{64, {255, 1}},
                                           {64, {255, 255, 1}},
                                           {64, {1, 1, 1}},
                                           {64, {85, 255, 1}},
                                           {64, {1, 3}},
                                           {64, {255, 1, 1}},
                                           {64, {7, 11, 13, 1}},
                                           {128, {255, 1}},
                                           {256, {255, 1}}}) {
        fib::PutGroup group{kGroup, true, row.buckets, {}, kBgp};
        std::string text = std::to_string(row.buckets) + " buckets:";
        for (std::uint32_t i = 0; i < row.weights.size(); ++i) {
            const ObjectId id{fib::kFirstObjectId + 16 + i};
            const auto gateway = IpAddress::v4(0xc6120002 + i);  // 198.18.0.2
            CHECK(one(fib::PutNextHop{id, net::Family::Ipv4, {gateway, v0}, kBgp}) == 0);
            group.members.push_back({id, row.weights[i]});
            text += ' ' + std::to_string(row.weights[i]);
        }
        INFO(text);
        CHECK(one(group) == 0);
        CHECK(test::buckets_of(kGroup) == fib::buckets_of(row.weights, row.buckets));

        auto left = row.weights;
        left.erase(left.begin());
        CHECK(one(fib::DeleteObject{group.members.front().id}) == 0);
        CHECK(test::buckets_of(kGroup) == fib::buckets_of(left, row.buckets));
        CHECK(one(fib::DeleteObject{kGroup}) == 0);
    }
}

TEST_CASE("another program's route is neither replaced by adding nor deleted") {
    if (!enter_namespace_with_two_links()) return;
    for (const char* to : {"10.1.0.0/16", "2001:db8:100::/48"}) {
        const bool v4 = prefix(to).family() == net::Family::Ipv4;
        const char* gateway = v4 ? "198.18.0.2" : "2001:db8:0::2";
        ip(std::string("route add ") + to + " via " + gateway + " proto static metric 20");
        CHECK(one(route(to, gateway, index_of("v0"))) == EEXIST);
        CHECK(one(fib::DeleteRoute{prefix(to), kBgp, 20}) == ESRCH);
        CHECK(kernel_routes_of(4).size() == 1);
        ip(std::string("route del ") + to);
    }
}

TEST_CASE("several ways, a blackhole, a bare link, a source and an IPv6 gateway for IPv4") {
    if (!enter_namespace_with_two_links()) return;
    const auto v0 = index_of("v0");
    const auto v1 = index_of("v1");
    auto several = route("10.1.0.0/16", "198.18.0.2", v0);
    several.hops.push_back({{address("198.18.1.2"), v1}, 255});
    auto several6 = route("2001:db8:100::/48", "2001:db8:0::2", v0);
    several6.hops.push_back({{address("fe80::9"), v1}, 3});
    auto sourced = route("10.4.0.0/16", "198.18.0.2", v0);
    sourced.source = address("198.18.1.1");
    auto blackhole = route("10.2.0.0/16", "198.18.0.2", v0);
    blackhole.hops.clear();
    blackhole.kind = fib::ForwardingKind::Blackhole;
    auto blackhole6 = blackhole;
    blackhole6.prefix = prefix("2001:db8:300::/48");
    auto link = route("10.3.0.0/16", "198.18.0.2", v0);
    link.hops[0].target.gateway.reset();
    auto link6 = link;
    link6.prefix = prefix("2001:db8:400::/48");
    const std::vector<fib::PutRoute> wanted{
        several,    several6, sourced, blackhole,
        blackhole6, link,     link6,   route("10.5.0.0/16", "fe80::7", v0)};
    for (const fib::PutRoute& put : wanted) {
        INFO(put.prefix.to_string());
        CHECK(one(put) == 0);
        const auto routes = kernel_routes_of(kBgp);
        const auto found = routes.find(put.prefix);
        REQUIRE(found != routes.end());
        CHECK(found->second.kind == put.kind);
        CHECK(found->second.hops == put.hops);
        CHECK(found->second.source == put.source);
    }
    for (const fib::PutRoute& put : wanted)
        CHECK(one(fib::DeleteRoute{put.prefix, kBgp, 20}) == 0);
    CHECK(kernel_routes_of(kBgp).empty());
}

TEST_CASE("a resilient group carries routes of both families' objects") {
    if (!enter_namespace_with_two_links()) return;
    const auto v0 = index_of("v0");
    const auto v1 = index_of("v1");

    struct Row {
        const char* to;
        const char* first;
        const char* second;
    };

    for (const Row& row : {Row{"10.1.0.0/16", "198.18.0.2", "198.18.1.2"},
                           Row{"2001:db8:100::/48", "fe80::2", "2001:db8:1::2"}}) {
        INFO(row.to);
        const auto family = prefix(row.to).family();
        CHECK(one(fib::PutNextHop{kA, family, {address(row.first), v0}, kBgp}) == 0);
        CHECK(one(fib::PutNextHop{kB, family, {address(row.second), v1}, kBgp}) == 0);
        CHECK(one(fib::PutGroup{kGroup, true, 64, {{kA, 255}, {kB, 1}}, kBgp}) == 0);
        auto put = route(row.to, row.first, v0);
        put.hops.clear();
        put.object = kGroup;
        CHECK(one(put) == 0);

        const auto objects = kernel_objects();
        REQUIRE(objects.size() == 3);
        CHECK(objects.at(kA).target == fib::OnLink{address(row.first), v0});
        CHECK(objects.at(kA).protocol == kBgp);
        CHECK(objects.at(kGroup).members == std::vector<fib::GroupMember>{{kA, 255}, {kB, 1}});
        CHECK(test::ip("nexthop show id " + std::to_string(fib::kFirstObjectId + 2))
                  .find("type resilient buckets 64 idle_timer 0") != std::string::npos);
        const auto routes = kernel_routes_of(kBgp);
        REQUIRE(routes.size() == 1);
        CHECK(routes.begin()->second.object == kGroup);

        // Deleting the group takes the route along.
        CHECK(one(fib::DeleteObject{kGroup}) == 0);
        CHECK(kernel_routes_of(kBgp).empty());
        CHECK(one(fib::DeleteObject{kA}) == 0);
        CHECK(one(fib::DeleteObject{kB}) == 0);
        CHECK(one(fib::DeleteObject{kB}) == ENOENT);
    }
}

TEST_CASE("a table with a large number is kept apart from main") {
    if (!enter_namespace_with_two_links()) return;
    const auto v0 = index_of("v0");
    const auto put = route("10.1.0.0/16", "198.18.0.2", v0);
    CHECK(send_requests({{0, put}}, 1000).front().first == 0);
    CHECK(send_requests({{0, put}}, 200).front().first == 0);
    CHECK(kernel_routes_of(kBgp).empty());
    CHECK(kernel_routes_of(kBgp, 1000).size() == 1);
    CHECK(kernel_routes_of(kBgp, 200).size() == 1);
    CHECK(send_requests({{0, fib::DeleteRoute{put.prefix, kBgp, 20}}}, 1000).front().first == 0);
    CHECK(kernel_routes_of(kBgp, 1000).empty());
}

TEST_CASE("of thousands in batches, each failure is told of the right request, in words") {
    if (!enter_namespace_with_two_links()) return;
    const auto v0 = index_of("v0");
    std::vector<KernelRequest> requests;
    for (std::uint32_t i = 0; i < 3000; ++i) {
        auto put = route("10.0.0.0/8", "198.18.0.2", v0);
        put.prefix = Prefix(IpAddress::v4(0x0b000000 + (i << 8)), 24);
        if (i % 100 == 7) put.hops[0].target.gateway = address("203.0.113.1");  // not on the link
        requests.push_back({i, put});
    }
    const auto results = send_requests(requests);
    for (std::uint32_t i = 0; i < 3000; ++i) {
        INFO(i);
        REQUIRE(results[i].first == (i % 100 == 7 ? ENETUNREACH : 0));
        if (i % 100 == 7) REQUIRE(results[i].second == "Nexthop has invalid gateway");
    }
    CHECK(kernel_routes_of(kBgp).size() == 3000 - 30);
}
