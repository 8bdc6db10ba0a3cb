// Neighbors that share what export makes of a route, and what stays their own.
#include "libbgp/rib/update_group.hpp"

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

ExportRules rules(AsNumber remote_as, std::uint8_t n = 1) {
    return export_rules(RibLab::external(remote_as), RibLab::session(n));
}

}  // namespace

TEST_CASE("neighbors share a group if only their AS and addresses differ") {
    UpdateGroups groups;
    const auto group = groups.of(rules(64512, 1));
    CHECK(groups.of(rules(64513, 2)) == group);

    auto other = rules(64512);
    const auto what = GENERATE(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    if (what == 0) other.policy = only("10.0.0.0/8");
    if (what == 1) other.communities = {Community::of(7224, 7100)};
    if (what == 2) other.local_as = 65001;
    if (what == 3) other.external = false;
    if (what == 4) other.next_hop_self = false;
    if (what == 5) other.role = Role::Customer;
    if (what == 6) other.four_octet_as = false;
    if (what == 7) other.drain.emplace();
    if (what == 8) other.heeds_horizon = true;
    if (what == 9) other.no_default_route = true;
    CHECK(groups.of(other) != group);
}

TEST_CASE("only the default route is kept back, though others have its attributes") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    auto guarded = RibLab::external(64513);
    guarded.no_default_route = true;
    const auto to = lab.add(2, guarded);
    const auto open = lab.add(3, RibLab::external(64514));
    lab.announce(from, {"10.0.0.0/16", "0.0.0.0/0", "10.1.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(to).routes.size() == 2);
    CHECK(!lab.peer(to).routes.contains(prefix("0.0.0.0/0")));
    CHECK(lab.peer(open).routes.size() == 3);
    guarded.no_default_route = false;
    lab.rib.set_neighbor(to, guarded);
    lab.settle();
    CHECK(lab.peer(to).routes.size() == 3);
}

TEST_CASE("a neighbor that becomes one of AWS has its routes taken back from the others") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    auto spared = RibLab::external(64513);
    spared.heeds_horizon = true;
    const auto to = lab.add(2, spared);
    const auto open = lab.add(3, RibLab::external(64514));
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(to).routes.size() == 1);
    auto of_aws = RibLab::external(64512);
    of_aws.aws_link = AwsLink::Circuit;
    lab.rib.set_neighbor(from, of_aws);
    lab.settle();
    CHECK(lab.peer(to).routes.empty());
    CHECK(lab.peer(open).routes.size() == 1);
    of_aws.aws_link = AwsLink::None;
    lab.rib.set_neighbor(from, of_aws);
    lab.settle();
    CHECK(lab.peer(to).routes.size() == 1);
}

TEST_CASE("policies that say the same make one group, and a group ends with its last neighbor") {
    UpdateGroups groups;
    auto a = rules(64512);
    a.policy = only("10.0.0.0/8");
    auto b = rules(64512);
    b.policy = only("10.0.0.0/8");
    auto group = groups.of(a);
    CHECK(groups.of(b) == group);
    const std::weak_ptr<UpdateGroup> watch = group;
    group.reset();
    CHECK(watch.expired());
    CHECK(groups.of(b) != nullptr);
}

TEST_CASE("neighbors of a group are each told our address on their own session") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    const auto a = lab.add(2, RibLab::external(64513));
    const auto b = lab.add(3, RibLab::external(64514));
    lab.announce(from, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.announce(from, {"2001:db8:1::/48"}, attributes({64512}, "2001:db8::1"));
    lab.settle();
    for (const auto& [id, ours] : {std::pair(a, "198.51.100.2"), std::pair(b, "198.51.100.3")}) {
        const auto& routes = lab.peer(id).routes;
        REQUIRE(routes.size() == 3);
        CHECK(routes.at(prefix("10.1.0.0/16")).next_hop.address == address(ours));
        CHECK(lab.rib.advertised(id, prefix("10.1.0.0/16"))->next_hop.address == address(ours));
        const NextHop v6{address("2001:db8:ffff::1"), address("fe80::1")};
        CHECK(routes.at(prefix("2001:db8:1::/48")).next_hop == v6);
    }
}

TEST_CASE("a path goes to those of a group whose AS is not in it and who did not send it") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    const auto in_path = lab.add(2, RibLab::external(64600));
    const auto other = lab.add(3, RibLab::external(64601));
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512, 64600}));
    lab.settle();
    CHECK(lab.peer(from).routes.empty());
    CHECK(lab.peer(in_path).routes.empty());
    CHECK(lab.peer(other).routes.contains(prefix("10.0.0.0/16")));

    // The same attributes, prefix beside prefix, from two neighbors of the group in turn.
    lab.announce(other, {"10.2.0.0/16", "10.4.0.0/16"}, attributes({64601}));
    lab.announce(from, {"10.3.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(in_path).routes.size() == 3);
    CHECK(lab.peer(other).routes.size() == 2);
    CHECK(lab.peer(from).routes.size() == 2);
}

TEST_CASE("a neighbor that leaves its group by a changed setting is told what is different now") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    const auto a = lab.add(2, RibLab::external(64513));
    const auto b = lab.add(3, RibLab::external(64514));
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    auto changed = RibLab::external(64514);
    changed.export_communities = {Community::of(7224, 7100)};
    lab.rib.set_neighbor(b, changed);
    lab.settle();
    CHECK(lab.peer(a).routes.at(prefix("10.0.0.0/16")).communities.empty());
    CHECK(lab.peer(b).routes.at(prefix("10.0.0.0/16")).has(Community::of(7224, 7100)));
    CHECK(lab.peer(a).updates == lab.peer(b).updates - 1);
}

TEST_CASE("one of a group that speaks 2-octet AS numbers gets its own wire form") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    auto old_speaker = RibLab::session(2);
    old_speaker.wire.four_octet_as = false;
    const auto a = lab.add(2, RibLab::external(64513), old_speaker);
    const auto b = lab.add(3, RibLab::external(64514));
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512, 70000}));
    lab.settle();
    for (const auto id : {a, b})
        CHECK(lab.peer(id).routes.at(prefix("10.0.0.0/16")).as_path ==
              path_of({kOurAs, 64512, 70000}));
}

TEST_CASE("a neighbor that comes back with another address is judged anew") {
    PolicyRule refuse;
    refuse.match.neighbor.emplace().addresses = {address("192.0.2.1")};
    refuse.then = PolicyAction::Reject;
    PolicyRule accept;
    accept.then = PolicyAction::Accept;
    auto settings = RibLab::external(64513);
    settings.export_policy = std::make_shared<const Policy>("p", std::vector{refuse, accept});
    RibLab lab;
    const auto to = lab.add(2, settings);
    const auto from = lab.add(1, RibLab::external(64512));
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(to).routes.empty());

    auto moved = RibLab::session(1);
    moved.peer_address = address("192.0.2.77");
    lab.rib.session_up(from, moved);
    lab.settle();
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(to).routes.contains(prefix("10.0.0.0/16")));
}

TEST_CASE("more sets of attributes than a group remembers all come out right") {
    RibLab lab;
    const auto from = lab.add(1, RibLab::external(64512));
    const auto a = lab.add(2, RibLab::external(64513));
    const auto b = lab.add(3, RibLab::external(64514));
    constexpr std::uint32_t kSets = 3000;
    for (std::uint32_t i = 0; i < kSets; ++i) {
        auto with = attributes({64512});
        with.communities = {Community{i}};
        lab.announce(from, {net::Prefix{net::IpAddress::v4(0x0a000000 + (i << 8)), 24}}, with);
    }
    lab.settle();
    for (const auto id : {a, b}) {
        const auto& routes = lab.peer(id).routes;
        REQUIRE(routes.size() == kSets);
        for (std::uint32_t i = 0; i < kSets; ++i)
            REQUIRE(routes.at({net::IpAddress::v4(0x0a000000 + (i << 8)), 24}).has(Community{i}));
    }
}

TEST_CASE("a hint about an UPDATE changes nothing") {
    RibLab lab;
    const auto bytes = nlri(prefixes({"10.0.0.0/16", "0.0.0.0/0"}));
    const NlriView view(net::Family::Ipv4, bytes);
    lab.rib.fetch_ahead({view, {}, view});
    const auto from = lab.add(1, RibLab::external(64512));
    lab.announce(from, {"10.0.0.0/16"}, attributes({64512}));
    lab.rib.fetch_ahead({view, {}, view});
    lab.settle();
    CHECK(lab.rib.summary(net::Family::Ipv4).paths == 1);
}

}  // namespace dx::bgp::test
