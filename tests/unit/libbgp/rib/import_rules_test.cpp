#include "libbgp/rib/import_rules.hpp"

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

struct Import {
    RibNeighbor neighbor = RibLab::external(64512);
    RibSession session = RibLab::session(1);
    RouterId router_id{0x0a000001};

    ImportFrom from() const { return {neighbor, session, router_id}; }

    PathState check(const PathAttributes& attributes) const {
        return check_attributes(from(), attributes);
    }

    ImportResult import(const PathAttributes& attributes) const {
        return import_route(from(), prefix("10.0.0.0/8"), attributes);
    }
};

}  // namespace

TEST_CASE("a path with our AS is a loop, unless it is allowed that often") {
    Import in;
    CHECK(in.check(attributes({64512, kOurAs})) == PathState::AsLoop);
    in.neighbor.allow_own_as = 1;
    CHECK(in.check(attributes({64512, kOurAs})) == PathState::Accepted);
    CHECK(in.check(attributes({64512, kOurAs, kOurAs})) == PathState::AsLoop);
}

TEST_CASE("an external path must begin with the neighbor's AS, except from a route server") {
    Import in;
    CHECK(in.check(attributes({64513, 64512})) == PathState::FirstAsMismatch);
    CHECK(in.check(attributes({})) == PathState::FirstAsMismatch);
    in.session.role = Role::RouteServerClient;
    CHECK(in.check(attributes({64513})) == PathState::Accepted);
    in = {};
    in.neighbor = RibLab::internal();
    CHECK(in.check(attributes({64513})) == PathState::Accepted);
}

TEST_CASE("a next hop must not be ours") {
    const Import in;
    for (const auto* ours : {"198.51.100.1", "2001:db8:ffff::1", "fe80::1"}) {
        INFO(ours);
        CHECK(in.check(attributes({64512}, ours)) == PathState::NextHopOurs);
    }
    for (const auto* good : {"192.0.2.77", "169.254.10.1", "2001:db8::1", "fe80::2"}) {
        INFO(good);
        CHECK(in.check(attributes({64512}, good)) == PathState::Accepted);
    }
    auto with_link_local = attributes({64512}, "2001:db8::1");
    with_link_local.next_hop.link_local = address("fe80::1");
    CHECK(in.check(with_link_local) == PathState::NextHopOurs);
}

TEST_CASE("what AWS told us is marked, whatever a neighbor says of it, and inside as it was") {
    Import in;
    const auto mark = [&](AwsLink received) {
        auto route = attributes({64512});
        route.aws_link = received;
        const auto result = in.import(route);
        return result.changed ? result.changed->aws_link : received;
    };
    CHECK(mark(AwsLink::Circuit) == AwsLink::None);
    in.neighbor.aws_link = AwsLink::Vpn;
    CHECK(mark(AwsLink::None) == AwsLink::Vpn);
    CHECK(mark(AwsLink::Circuit) == AwsLink::Vpn);
    in.neighbor = RibLab::internal();
    CHECK(mark(AwsLink::Circuit) == AwsLink::Circuit);
    CHECK(mark(AwsLink::None) == AwsLink::None);
}

TEST_CASE("the last choice covers nothing, and still stands back behind what covers") {
    Import in;
    auto route = attributes({64512});
    SECTION("a drain's") {
        in.neighbor = GENERATE(RibLab::external(64512), RibLab::internal());
        in.neighbor.drain.emplace();
    }
    SECTION("that of a session that its peer is about to end") {
        in.neighbor = RibLab::external(64512);
        route.communities = {community::kGracefulShutdown};
    }
    const auto mark = [&](AwsLink link) {
        in.neighbor.aws_link = route.aws_link = link;
        const auto result = in.import(route);
        REQUIRE(result.changed);
        return result.changed->aws_link;
    };
    CHECK(mark(AwsLink::Circuit) == AwsLink::Aside);
    CHECK(mark(AwsLink::Public) == AwsLink::Aside);
    CHECK(mark(AwsLink::Vpn) == AwsLink::Vpn);
    CHECK(mark(AwsLink::None) == AwsLink::None);
}

TEST_CASE("a path that we originated comes back from a reflector and is refused") {
    Import in;
    in.neighbor = RibLab::internal();
    auto route = attributes({});
    route.originator_id = in.router_id;
    CHECK(in.check(route) == PathState::OriginatorLoop);
    route.originator_id = RouterId{7};
    CHECK(in.check(route) == PathState::Accepted);
}

TEST_CASE("OTC on receipt follows our role") {
    Import in;
    const auto marked = [](AsNumber by) {
        auto route = attributes({64512});
        route.only_to_customer = by;
        return route;
    };

    struct Row {
        std::optional<Role> role;
        AsNumber otc;
        PathState state;
    };

    for (const auto& [role, otc, state] : {
             Row{std::nullopt, 1, PathState::Accepted},
             Row{Role::Provider, 1, PathState::OnlyToCustomerLeak},
             Row{Role::RouteServer, 64512, PathState::OnlyToCustomerLeak},
             Row{Role::Peer, 1, PathState::OnlyToCustomerLeak},
             Row{Role::Peer, 64512, PathState::Accepted},
             Row{Role::Customer, 1, PathState::Accepted},
             Row{Role::RouteServerClient, 1, PathState::Accepted},
         }) {
        in.session.role = role;
        CHECK(in.check(marked(otc)) == state);
    }
    for (const auto role : {Role::Customer, Role::Peer, Role::RouteServerClient}) {
        in.session.role = role;
        const auto result = in.import(attributes({64512}));
        REQUIRE(result.changed);
        CHECK(result.changed->only_to_customer == 64512);
        CHECK_FALSE(in.import(marked(1)).changed);
    }
    for (const auto role : {Role::Provider, Role::RouteServer}) {
        in.session.role = role;
        CHECK_FALSE(in.import(attributes({64512})).changed);
    }
}

TEST_CASE("no import policy lets nothing in") {
    Import in;
    in.neighbor.import_policy = nullptr;
    CHECK(in.import(attributes({64512})).state == PathState::NoPolicy);
    in.neighbor.import_policy = reject_all();
    CHECK(in.import(attributes({64512})).state == PathState::FilteredByPolicy);
}

TEST_CASE("what is not changed keeps the received attributes") {
    const Import in;
    const auto result = in.import(attributes({64512}));
    CHECK(result.state == PathState::Accepted);
    CHECK_FALSE(result.changed);
}

TEST_CASE("the preference is set before the policy, which may override it") {
    Import in;
    in.neighbor.import_local_pref = 300;
    auto result = in.import(attributes({64512}));
    REQUIRE(result.changed);
    CHECK(result.changed->local_pref == 300);

    PolicyRule rule;
    rule.match.local_pref = NumberRange{300, 300};
    rule.set.local_pref = 250;
    rule.then = PolicyAction::Accept;
    in.neighbor.import_policy = std::make_shared<const Policy>("p", std::vector{rule});
    result = in.import(attributes({64512}));
    REQUIRE(result.changed);
    CHECK(result.changed->local_pref == 250);
}

TEST_CASE("the preference that an absent one counts as anyway is not written down") {
    Import in;
    in.neighbor.import_local_pref = kDefaultLocalPref;
    CHECK_FALSE(in.import(attributes({64512})).changed);

    auto route = attributes({64512});
    route.local_pref = 300;
    const auto result = in.import(route);
    REQUIRE(result.changed);
    CHECK(result.changed->local_pref == kDefaultLocalPref);
}

TEST_CASE("graceful shutdown lowers LOCAL_PREF to 0 from an external neighbor only") {
    Import in;
    in.neighbor.import_local_pref = 300;
    auto route = attributes({64512});
    route.communities = {community::kGracefulShutdown};
    const auto result = in.import(route);
    REQUIRE(result.changed);
    CHECK(result.changed->local_pref == 0);
    in.neighbor = RibLab::internal();
    CHECK_FALSE(in.import(route).changed);
}

TEST_CASE("what comes from a drained neighbor has LOCAL_PREF 0, internal or not") {
    Import in;
    in.neighbor.import_local_pref = 300;
    in.neighbor.drain.emplace();
    CHECK(in.import(attributes({64512})).changed->local_pref == 0);
    in.neighbor = RibLab::internal();
    in.neighbor.drain.emplace();
    CHECK(in.import(attributes({64512})).changed->local_pref == 0);
}

TEST_CASE("prefixes that no router forwards are not routable") {
    const auto routable = [](std::string_view text) {
        const auto one = prefix(text);
        return one.family() == net::Family::Ipv4 ? is_routable(Ipv4Key::of(one))
                                                 : is_routable(Ipv6Key::of(one));
    };
    for (const auto* bad :
         {"0.0.0.0/8", "0.0.0.0/32", "127.0.0.0/8", "127.0.0.1/32", "224.0.0.0/4", "239.1.0.0/16",
          "240.0.0.0/4", "255.255.255.255/32", "::/128", "::1/128", "fe80::/10", "fe80::/64",
          "ff00::/8", "ff02::/16", "::ffff:0:0/96"}) {
        INFO(bad);
        CHECK_FALSE(routable(bad));
    }
    for (const auto* good :
         {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "1.0.0.0/24", "10.0.0.0/8", "169.254.0.0/16",
          "223.255.255.0/24", "::/0", "2000::/3", "fc00::/7", "2001:db8::/32", "64:ff9b::/96"}) {
        INFO(good);
        CHECK(routable(good));
    }
}

}  // namespace dx::bgp::test
