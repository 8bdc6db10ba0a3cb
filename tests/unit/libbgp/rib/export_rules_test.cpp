#include "libbgp/rib/export_rules.hpp"

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

struct Export {
    RibNeighbor neighbor = RibLab::external(64513);
    RibSession session = RibLab::session(2);
    NeighborId from{1};
    bool from_external = true;
    net::Prefix what = prefix("10.0.0.0/8");

    std::optional<PathAttributes> operator()(const PathAttributes& attributes) const {
        return decide(attributes).attributes;
    }

    ExportState why_not(const PathAttributes& attributes) const { return decide(attributes).state; }

private:
    ExportResult decide(const PathAttributes& attributes) const {
        ExportRoute route{what, attributes, from, from_external, address("192.0.2.1")};
        auto result = export_route(std::move(route), export_rules(neighbor, session));
        if (!result.attributes) return result;
        std::vector<std::uint32_t> packed;
        pack(*result.attributes, packed);
        const ExportTo to{NeighborId{2}, neighbor, session};
        const auto refused = refused_to(to, what.family(), from, PackedAttributes(packed.data()));
        if (refused != ExportState::Accepted) return {refused, {}, {}};
        auto& next_hop = result.attributes->next_hop;
        next_hop = *next_hop_on(session, what.family(), next_hop);
        return result;
    }
};

Export to_internal() {
    Export out;
    out.neighbor = RibLab::internal();
    return out;
}

PathAttributes with_communities(std::initializer_list<Community> communities) {
    auto route = attributes({64512});
    route.communities = communities;
    return route;
}

}  // namespace

TEST_CASE("to an external neighbor our AS is prepended and we are the next hop") {
    const auto sent = Export{}(attributes({64512, 64600}));
    REQUIRE(sent);
    CHECK(sent->as_path == path_of({kOurAs, 64512, 64600}));
    CHECK(sent->next_hop == NextHop{address("198.51.100.2"), {}});
}

TEST_CASE(
    "LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST and a received MED stop at an external neighbor") {
    auto route = attributes({64512});
    route.local_pref = 300;
    route.med = 5;
    route.originator_id = RouterId{1};
    route.cluster_list = {1, 2};
    const auto sent = Export{}(route);
    REQUIRE(sent);
    CHECK_FALSE(sent->local_pref);
    CHECK_FALSE(sent->med);
    CHECK_FALSE(sent->originator_id);
    CHECK(sent->cluster_list.empty());
}

TEST_CASE("the MED of our own routes and the one a policy sets go to an external neighbor") {
    auto route = attributes({});
    route.med = 5;
    Export out;
    out.from = kLocalRoutes;
    REQUIRE(out(route));
    CHECK(out(route)->med == 5);

    PolicyRule rule;
    rule.set.med = MedChange{MedChange::Operation::Set, 77};
    rule.then = PolicyAction::Accept;
    out = {};
    out.neighbor.export_policy = std::make_shared<const Policy>("p", std::vector{rule});
    REQUIRE(out(attributes({64512})));
    CHECK(out(attributes({64512}))->med == 77);
}

TEST_CASE("to an internal neighbor LOCAL_PREF is always there, and MED and path stay") {
    auto route = attributes({64512});
    route.med = 5;
    const auto sent = to_internal()(route);
    REQUIRE(sent);
    CHECK(sent->local_pref == 100);
    CHECK(sent->med == 5);
    CHECK(sent->as_path == path_of({64512}));
}

TEST_CASE("to an internal neighbor we are the next hop unless told otherwise") {
    auto out = to_internal();
    CHECK(out(attributes({64512}))->next_hop.address == address("198.51.100.2"));
    out.neighbor.next_hop_self = false;
    CHECK(out(attributes({64512}))->next_hop.address == address("192.0.2.1"));
    out.from = kLocalRoutes;
    CHECK(out(attributes({}, "0.0.0.0"))->next_hop.address == address("198.51.100.2"));
}

TEST_CASE("nothing goes back to where it came from") {
    Export out;
    out.from = NeighborId{2};
    CHECK(out.why_not(attributes({64512})) == ExportState::LearntFromIt);
}

TEST_CASE("nothing goes from internal to internal") {
    auto out = to_internal();
    out.from_external = false;
    CHECK(out.why_not(attributes({64512})) == ExportState::BetweenInternals);
    out.from = kLocalRoutes;
    CHECK(out(attributes({})));
    Export outside;
    outside.from_external = false;
    CHECK(outside(attributes({64512})));
}

TEST_CASE("well-known communities keep a route where they say") {
    const auto external = Export{};
    const auto internal = to_internal();
    for (const auto kept : {community::kNoExport, community::kNoExportSubconfed}) {
        CHECK(external.why_not(with_communities({kept})) == ExportState::NoExport);
        CHECK(internal(with_communities({kept})));
    }
    CHECK(external.why_not(with_communities({community::kNoAdvertise})) ==
          ExportState::NoAdvertise);
    CHECK(internal.why_not(with_communities({community::kNoAdvertise})) ==
          ExportState::NoAdvertise);
}

TEST_CASE("a path with the neighbor's AS is not sent to it") {
    CHECK(Export{}.why_not(attributes({64512, 64513})) == ExportState::AsInPath);
}

TEST_CASE("OTC on sending follows our role") {
    auto marked = attributes({64512});
    marked.only_to_customer = 64512;
    Export out;
    for (const auto role : {Role::Customer, Role::Peer, Role::RouteServerClient}) {
        out.session.role = role;
        CHECK(out.why_not(marked) == ExportState::CustomersOnly);
    }
    for (const auto role : {Role::Provider, Role::Peer, Role::RouteServer}) {
        out.session.role = role;
        REQUIRE(out(attributes({64512})));
        CHECK(out(attributes({64512}))->only_to_customer == kOurAs);
    }
    for (const auto role : {Role::Provider, Role::RouteServer}) {
        out.session.role = role;
        REQUIRE(out(marked));
        CHECK(out(marked)->only_to_customer == 64512);
    }
    out.session.role = Role::Customer;
    CHECK_FALSE(out(attributes({64512}))->only_to_customer);
}

TEST_CASE("no export policy sends nothing, nor what it rejects") {
    Export out;
    out.neighbor.export_policy = nullptr;
    CHECK(out.why_not(attributes({64512})) == ExportState::NoPolicy);
    out.neighbor.export_policy = reject_all();
    CHECK(out.why_not(attributes({64512})) == ExportState::FilteredByPolicy);
}

// RFC 9494 4.3: "The LLGR_STALE community MUST NOT be removed when the route is further
// advertised".
TEST_CASE("no policy takes the mark of a long-lived stale route away") {
    PolicyRule rule;
    rule.set.community.replace = std::vector{Community{1}};
    rule.then = PolicyAction::Accept;
    Export out;
    out.session.long_lived = true;
    out.neighbor.export_policy = std::make_shared<const Policy>("p", std::vector{rule});
    const auto sent = out(with_communities({Community{2}, community::kLlgrStale}));
    REQUIRE(sent);
    CHECK(sent->communities == CompactArray{Community{1}, community::kLlgrStale});
    CHECK(out(with_communities({Community{2}}))->communities == CompactArray{Community{1}});
}

TEST_CASE("the neighbor's communities are added before the policy sees them, sorted and once") {
    Export out;
    out.neighbor.export_communities = {Community::of(7224, 7300), Community::of(1, 1)};
    const auto sent = out(with_communities({Community::of(2, 2), Community::of(7224, 7300)}));
    REQUIRE(sent);
    CHECK(sent->communities == CompactArray<Community>{Community::of(1, 1), Community::of(2, 2),
                                                       Community::of(7224, 7300)});
}

TEST_CASE("a drained neighbor is told the lowest preference, after its policy") {
    const auto high = Community::of(7224, 7300), low = Community::of(7224, 7100);
    Export out;
    out.neighbor.export_communities = {high};
    out.neighbor.drain = Drain{{high}, {low, community::kGracefulShutdown}, 2};
    const auto sent = out(with_communities({Community::of(65000, 1)}));
    REQUIRE(sent);
    CHECK(
        sent->communities ==
        with_communities({low, Community::of(65000, 1), community::kGracefulShutdown}).communities);
    CHECK(sent->as_path == path_of({kOurAs, kOurAs, kOurAs, 64512}));

    auto internal = to_internal();
    internal.neighbor.drain = out.neighbor.drain;
    const auto inside = internal(attributes({64512}));
    REQUIRE(inside);
    CHECK(inside->local_pref == 0);
    CHECK(inside->as_path == path_of({64512}));
}

TEST_CASE("what AWS told us, here or on another router of ours, is not for who heeds it") {
    Export out;
    out.neighbor.heeds_horizon = true;
    out.from_external = GENERATE(true, false);
    auto route = attributes({64512});
    CHECK(out(route));
    route.aws_link = GENERATE(AwsLink::Circuit, AwsLink::Public, AwsLink::Vpn, AwsLink::Aside);
    CHECK(out.why_not(route) == ExportState::BehindHorizon);
    out.neighbor.heeds_horizon = false;
    CHECK(out(route));
}

TEST_CASE("over which link AWS told us is for routers of our AS only") {
    auto route = attributes({64512});
    route.aws_link = AwsLink::Vpn;
    CHECK(Export{}(route)->aws_link == AwsLink::None);
    CHECK(to_internal()(route)->aws_link == AwsLink::Vpn);
}

TEST_CASE("a default route is kept from who must have none, whatever the policy says") {
    Export out;
    out.neighbor.no_default_route = true;
    CHECK(out(attributes({64512})));
    out.what = prefix(GENERATE("0.0.0.0/0", "::/0"));
    CHECK(out.why_not(attributes({64512})) == ExportState::DefaultRoute);
    out.neighbor.no_default_route = false;
    CHECK(out.why_not(attributes({64512})) != ExportState::DefaultRoute);
}

TEST_CASE(
    "one of AWS's local preferences leaves for a prefix: what the route has, else the neighbor's") {
    Export out;
    const auto high = Community::of(7224, 7300), low = Community::of(7224, 7100),
               region = Community::of(7224, 9100), world = Community::of(7224, 9300);
    out.neighbor.export_communities = {high, world};
    CHECK(out(with_communities({low}))->communities == with_communities({low, world}).communities);
    CHECK(out(with_communities({region}))->communities ==
          with_communities({high, region}).communities);
    CHECK(out(with_communities({high}))->communities ==
          with_communities({high, world}).communities);
    CHECK(out(with_communities({}))->communities == with_communities({high, world}).communities);
}

TEST_CASE("non-transitive extended communities stop at the AS's border") {
    auto route = attributes({64512});
    const ExtendedCommunity transitive{0x0002fde800000001};
    const ExtendedCommunity local{0x4004fde800000001};
    route.extended_communities = {transitive, local};
    CHECK(Export{}(route)->extended_communities == CompactArray<ExtendedCommunity>{transitive});
    CHECK(to_internal()(route)->extended_communities.size() == 2);
}

TEST_CASE("an IPv6 next hop carries the link-local address where the peer is on the link") {
    Export out;
    out.what = prefix("2001:db8:1::/48");
    const auto route = attributes({64512}, "2001:db8::9");
    const NextHop both{address("2001:db8:ffff::1"), address("fe80::1")};
    CHECK(out(route)->next_hop == both);
    out.session.directly_connected = false;
    CHECK(out(route)->next_hop == NextHop{both.address, {}});
    out.session.local_v6.reset();
    CHECK(out.why_not(route) == ExportState::NoNextHop);
}

// RFC 4271 5.1.3.
TEST_CASE("a route is not sent to the peer that is its next hop") {
    auto out = to_internal();
    out.neighbor.next_hop_self = false;
    CHECK(out.why_not(attributes({64512}, "192.0.2.2")) == ExportState::NextHopIsPeer);
    CHECK(out(attributes({64512}, "192.0.2.3")));
    out.neighbor.next_hop_self = true;
    CHECK(out(attributes({64512}, "192.0.2.2")));

    PolicyRule rule;
    rule.set.next_hop = address("192.0.2.2");
    rule.then = PolicyAction::Accept;
    Export outside;
    outside.neighbor.export_policy = std::make_shared<const Policy>("p", std::vector{rule});
    CHECK_FALSE(outside(attributes({64512})));
}

TEST_CASE("a policy's next hop stands") {
    PolicyRule rule;
    rule.set.next_hop = address("203.0.113.7");
    rule.then = PolicyAction::Accept;
    Export out;
    out.neighbor.export_policy = std::make_shared<const Policy>("p", std::vector{rule});
    CHECK(out(attributes({64512}))->next_hop.address == address("203.0.113.7"));
}

TEST_CASE("aggregation, communities and unknown transitive attributes pass") {
    auto route = with_communities({Community::of(1, 2)});
    route.atomic_aggregate = true;
    route.aggregator = Aggregator{64512, RouterId{1}};
    route.large_communities = {LargeCommunity{1, 2, 3}};
    route.unknown = {0xe0, 99, 0, 1, 7};
    const auto sent = Export{}(route);
    REQUIRE(sent);
    CHECK(sent->atomic_aggregate);
    CHECK(sent->aggregator == route.aggregator);
    CHECK(sent->communities == route.communities);
    CHECK(sent->large_communities == route.large_communities);
    CHECK(sent->unknown == route.unknown);
}

}  // namespace dx::bgp::test
