#include "libbgp/rib/rib.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

std::vector<NeighborId> neighbors_of(const std::vector<ForwardingHop>& hops) {
    std::vector<NeighborId> result;
    for (const auto& hop : hops)
        result.push_back(hop.neighbor);
    return result;
}

std::vector<std::string> walked(const Rib& rib, RouteWalk walk, std::size_t piece = 3) {
    std::vector<std::string> seen;
    while (rib.walk(walk, piece,
                    [&](const RouteView& route) { seen.push_back(route.prefix.to_string()); })) {
    }
    return seen;
}

}  // namespace

TEST_CASE("a route learnt from one neighbor reaches the kernel and the other neighbor") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.settle();

    REQUIRE(lab.events.forwarding.size() == 2);
    const auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("10.0.0.0/16")));
    CHECK(neighbors_of(set.best) == std::vector{a});
    CHECK(set.best[0].next_hop.address == address("192.0.2.1"));
    CHECK(set.backup.empty());
    CHECK(set.external);

    CHECK(lab.peer(a).routes.empty());
    REQUIRE(lab.peer(b).routes.size() == 2);
    CHECK(lab.peer(b).routes.at(prefix("10.0.0.0/16")).as_path == path_of({kOurAs, 64512}));
    CHECK(lab.peer(b).updates == 3);  // both packed into one, and two End-of-RIBs
}

TEST_CASE("a second circuit is the backup, and takes over when the first session ends") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}, "192.0.2.1"));
    lab.announce(b, {"10.0.0.0/16"}, attributes({64513}, "192.0.2.2"));
    lab.work();
    const auto both = lab.events.forwarding.at(prefix("10.0.0.0/16"));
    CHECK(neighbors_of(lab.rib.forwarding_set(both).best) == std::vector{a});
    CHECK(neighbors_of(lab.rib.forwarding_set(both).backup) == std::vector{b});

    lab.rib.session_down(a);
    lab.work();
    const auto alone = lab.events.forwarding.at(prefix("10.0.0.0/16"));
    CHECK(neighbors_of(lab.rib.forwarding_set(alone).best) == std::vector{b});
    CHECK(lab.rib.forwarding_set(alone).backup.empty());
    CHECK(std::ranges::find(lab.events.retired, both) != lab.events.retired.end());
    CHECK(lab.rib.counts(b, net::Family::Ipv4).best == 1);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).received == 0);
}

TEST_CASE("prefixes with the same hops share one forwarding set") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.announce(a, {"10.1.0.0/16"}, attributes({64512, 7}));
    lab.work();
    CHECK(lab.events.forwarding.at(prefix("10.0.0.0/16")) ==
          lab.events.forwarding.at(prefix("10.1.0.0/16")));
}

TEST_CASE("maximum-paths uses equally good paths together, and may change at any time") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}, "192.0.2.1"));
    lab.announce(b, {"10.0.0.0/16"}, attributes({64513}, "192.0.2.2"));
    lab.work();
    lab.rib.set_maximum_paths(2);
    lab.work();
    const auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("10.0.0.0/16")));
    CHECK(neighbors_of(set.best) == std::vector{a, b});
    CHECK(set.backup.empty());
    const auto route = lab.rib.find(prefix("10.0.0.0/16"));
    REQUIRE(route);
    CHECK(route->paths[0].role == PathRole::Best);
    CHECK(route->paths[1].role == PathRole::Multipath);
}

TEST_CASE("a change of attributes replaces the path, and the same again changes nothing") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    const auto version = lab.rib.summary(net::Family::Ipv4).version;
    lab.now = RouteTime{200};
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    CHECK(lab.rib.summary(net::Family::Ipv4).version == version);
    CHECK(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].learnt == RouteTime{100});

    lab.announce(a, {"10.0.0.0/16"}, attributes({64512, 7}));
    lab.work();
    CHECK(lab.rib.summary(net::Family::Ipv4).version == version + 1);
    CHECK(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].learnt == RouteTime{200});
    CHECK(lab.rib.counts(a, net::Family::Ipv4).received == 1);
    CHECK(lab.rib.summary(net::Family::Ipv4).attribute_sets == 1);
}

TEST_CASE("an UPDATE to be treated as a withdrawal removes what it announces") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    const auto bytes = nlri(prefixes({"10.0.0.0/16"}));
    Update update;
    update.announced = NlriView(net::Family::Ipv4, bytes);
    update.treat_as_withdraw = true;
    lab.rib.update(a, update, lab.now);
    lab.work();
    CHECK(lab.events.forwarding.empty());
    CHECK_FALSE(lab.rib.find(prefix("10.0.0.0/16")));
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 0);
    CHECK(lab.rib.summary(net::Family::Ipv4).attribute_sets == 0);
    CHECK(lab.events.wanted.empty());
}

TEST_CASE("rejected paths stay visible with the reason and take no part") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512, kOurAs}));
    lab.announce(a, {"127.0.0.0/8"}, attributes({64512}));
    lab.work();
    CHECK(lab.events.forwarding.empty());
    CHECK(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].state == PathState::AsLoop);
    CHECK(lab.rib.find(prefix("127.0.0.0/8"))->paths[0].state == PathState::PrefixInvalid);
    const auto counts = lab.rib.counts(a, net::Family::Ipv4);
    CHECK(counts.received == 2);
    CHECK(counts.accepted == 0);

    settings.allow_own_as = 1;
    lab.rib.set_neighbor(a, settings);
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).accepted == 1);
}

TEST_CASE("a new import policy acts on what was received, without asking the peer") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.work();
    settings.import_policy = reject_all();
    lab.rib.set_neighbor(a, settings);
    lab.work();
    CHECK(lab.events.forwarding.empty());
    CHECK(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].state == PathState::FilteredByPolicy);
    settings.import_policy = accept_all();
    settings.import_local_pref = 300;
    lab.rib.set_neighbor(a, settings);
    lab.work();
    CHECK(lab.events.forwarding.size() == 2);
    const auto route = lab.rib.find(prefix("10.1.0.0/16"));
    CHECK(route->paths[0].imported->local_pref == 300);
    CHECK_FALSE(route->paths[0].received->local_pref);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).accepted == 2);
}

TEST_CASE("routes of a session that flapped before it was swept are those of the new session") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.work();
    lab.rib.session_down(a);
    lab.rib.session_up(a, RibLab::session(1));
    lab.announce(a, {"10.1.0.0/16"}, attributes({64512}));
    CHECK(lab.rib.counts(a, net::Family::Ipv4).received == 1);
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK(lab.events.forwarding.contains(prefix("10.1.0.0/16")));
    CHECK(lab.rib.summary(net::Family::Ipv4).paths == 1);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).best == 1);
}

TEST_CASE("a session that flaps a thousand times without a pause leaves nothing behind") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    for (std::uint32_t i = 0; i < 1000; ++i) {
        lab.announce(a, {net::Prefix(net::IpAddress::v4(0x0a000000U + (i << 8)), 24)},
                     attributes({64512}));
        lab.rib.session_down(a);
        lab.rib.session_up(a, RibLab::session(1));
    }
    lab.announce(a, {"192.168.0.0/16"}, attributes({64512}));
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 1);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).received == 1);
}

TEST_CASE("a removed neighbor's number may be used again at once") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    lab.rib.remove_neighbor(a);
    lab.add(1, RibLab::external(64599));
    lab.announce(a, {"10.9.0.0/16"}, attributes({64599}));
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK(lab.events.forwarding.contains(prefix("10.9.0.0/16")));
}

TEST_CASE("a peer's refresh sweeps what it did not send again") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    lab.work();
    const auto changes = lab.events.best_changes.size();
    lab.rib.refresh_begins(a, net::Family::Ipv4);
    CHECK(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].stale);
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.withdraw(a, {"10.1.0.0/16"});
    lab.work();
    CHECK(lab.rib.counts(a, net::Family::Ipv4).received == 2);
    lab.rib.refresh_ends(a, net::Family::Ipv4);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).received == 1);
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK_FALSE(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].stale);
    CHECK(lab.events.best_changes.size() == changes + 2);  // the one that stayed was not touched
    lab.rib.refresh_ends(a, net::Family::Ipv4);            // an EoRR out of nowhere
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
}

TEST_CASE("a next hop that goes takes its paths out of the decision, and brings them back") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}, "192.0.2.1"));
    lab.announce(b, {"10.0.0.0/16"}, attributes({64513}, "192.0.2.2"));
    lab.work();
    lab.rib.next_hop_changed({address("192.0.2.1"), kLocalRoutes}, {false, 0});
    lab.work();
    auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("10.0.0.0/16")));
    CHECK(neighbors_of(set.best) == std::vector{b});
    CHECK(set.backup.empty());
    const auto why = lab.rib.explain(prefix("10.0.0.0/16"));
    REQUIRE(why);
    CHECK(why->verdicts[1].reason == Reason::NextHop);
    lab.rib.next_hop_changed({address("192.0.2.1"), kLocalRoutes}, {true, 0});
    lab.work();
    set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("10.0.0.0/16")));
    CHECK(neighbors_of(set.best) == std::vector{a});
}

TEST_CASE("the same link-local next hop of two neighbors is two next hops") {
    RibLab lab(2);
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"2001:db8:1::/48"}, attributes({64512}, "fe80::99"));
    lab.announce(b, {"2001:db8:1::/48"}, attributes({64513}, "fe80::99"));
    lab.work();
    const auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("2001:db8:1::/48")));
    CHECK(neighbors_of(set.best) == std::vector{a, b});
    CHECK(set.best[0].next_hop == NextHopKey{address("fe80::99"), a});
    CHECK(set.best[1].next_hop == NextHopKey{address("fe80::99"), b});
}

TEST_CASE("of a 32-byte next hop the link-local half is used") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    auto route = attributes({64512}, "2001:db8::1");
    route.next_hop.link_local = address("fe80::99");
    lab.announce(a, {"2001:db8:1::/48"}, route);
    lab.work();
    const auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("2001:db8:1::/48")));
    CHECK(set.best[0].next_hop == NextHopKey{address("fe80::99"), a});
}

TEST_CASE("a network of ours wins over a learnt path, and gives way when it is withdrawn") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    lab.originate("10.0.0.0/16");
    lab.settle();
    CHECK(lab.events.forwarding.empty());  // ours to begin with: the kernel knows
    CHECK(lab.peer(b).routes.at(prefix("10.0.0.0/16")).as_path == path_of({kOurAs}));
    CHECK(lab.peer(b).routes.at(prefix("10.0.0.0/16")).origin == Origin::Igp);
    lab.rib.withdraw(LocalSource::Network, prefix("10.0.0.0/16"));
    lab.settle();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK(lab.peer(b).routes.at(prefix("10.0.0.0/16")).as_path == path_of({kOurAs, 64512}));
}

TEST_CASE("redistribution goes through its policy, has origin incomplete and its MED") {
    RibLab lab;
    const auto b = lab.add(2, RibLab::external(64513));
    LocalRoute route;
    route.prefix = prefix("10.5.0.0/16");
    route.source = LocalSource::Static;
    route.med = 7;
    route.policy = accept_all();
    lab.rib.originate(route, lab.now);
    lab.settle();
    REQUIRE(lab.peer(b).routes.size() == 1);
    CHECK(lab.peer(b).routes.begin()->second.origin == Origin::Incomplete);
    CHECK(lab.peer(b).routes.begin()->second.med == 7);
    route.policy = reject_all();
    lab.rib.originate(route, lab.now);
    lab.settle();
    CHECK(lab.peer(b).routes.empty());
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 0);
}

TEST_CASE("any order of arrival leaves the same best paths and the same routes at a peer") {
    struct Arrival {
        std::uint8_t from;
        PathAttributes with;
    };

    std::vector<Arrival> arrivals;
    for (std::uint8_t n = 1; n <= 4; ++n) {
        auto with = attributes({n < 3 ? 64512U : 64513U, 9}, "192.0.2." + std::to_string(n));
        with.med = std::array{10, 5, 20, 5}[n - 1U];
        arrivals.push_back({n, with});
    }
    std::vector<std::size_t> order{0, 1, 2, 3};
    std::set<std::string> outcomes;
    do {
        RibLab lab;
        for (const auto n : {1, 2})
            lab.add(static_cast<std::uint8_t>(n), RibLab::external(64512));
        for (const auto n : {3, 4})
            lab.add(static_cast<std::uint8_t>(n), RibLab::external(64513));
        const auto peer = lab.add(9, RibLab::external(65009));
        for (const auto at : order) {
            lab.announce(NeighborId{arrivals[at].from}, {"10.0.0.0/16"}, arrivals[at].with);
            if (at % 2) lab.settle();
        }
        lab.settle();
        const auto set = lab.rib.forwarding_set(lab.events.forwarding.at(prefix("10.0.0.0/16")));
        outcomes.insert(std::to_string(index_of(set.best.at(0).neighbor)) + "/" +
                        std::to_string(index_of(set.backup.at(0).neighbor)) + "/" +
                        lab.peer(peer).routes.begin()->second.as_path.to_string());
    } while (std::ranges::next_permutation(order).found);
    CHECK(outcomes == std::set<std::string>{"2/1/65000 64512 9"});
}

TEST_CASE("a walk visits in address order, and lookups find the most specific") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a,
                 {"10.1.0.0/16", "10.0.0.0/8", "9.0.0.0/8", "10.0.0.0/16", "10.1.2.0/24",
                  "11.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32"},
                 attributes({64512}));
    lab.work();
    CHECK(walked(lab.rib, net::Family::Ipv4) ==
          std::vector<std::string>{"0.0.0.0/0", "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16",
                                   "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "11.0.0.0/8"});
    CHECK(walked(lab.rib, prefix("10.1.0.0/16")) ==
          std::vector<std::string>{"10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32"});
    CHECK(lab.rib.longest_match(address("10.1.2.9"))->prefix == prefix("10.1.2.0/24"));
    CHECK(lab.rib.longest_match(address("10.1.2.3"))->prefix == prefix("10.1.2.3/32"));
    CHECK(lab.rib.longest_match(address("8.8.8.8"))->prefix == prefix("0.0.0.0/0"));
    CHECK_FALSE(lab.rib.longest_match(address("2001:db8::1")));
}

TEST_CASE("a walk goes on over routes that come and go meanwhile") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"},
                 attributes({64512}));
    lab.work();
    RouteWalk walk(net::Family::Ipv4);
    std::vector<std::string> seen;
    const auto note = [&](const RouteView& route) { seen.push_back(route.prefix.to_string()); };
    CHECK(lab.rib.walk(walk, 2, note));
    lab.withdraw(a, {"10.0.0.0/16", "10.2.0.0/16"});
    lab.announce(a, {"10.0.0.0/8"}, attributes({64512}));
    lab.work();
    CHECK_FALSE(lab.rib.walk(walk, 10, note));
    CHECK(seen == std::vector<std::string>{"10.0.0.0/16", "10.1.0.0/16", "10.3.0.0/16"});
}

TEST_CASE("walks of one neighbor's routes see what was received and what was sent") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.announce(b, {"10.1.0.0/16"}, attributes({64513}));
    lab.settle();
    using Kind = WalkOf::Kind;
    CHECK(walked(lab.rib, {net::Family::Ipv4, {Kind::ReceivedFrom, a}}) ==
          std::vector<std::string>{"10.0.0.0/16"});
    CHECK(walked(lab.rib, {net::Family::Ipv4, {Kind::AdvertisedTo, a}}) ==
          std::vector<std::string>{"10.1.0.0/16"});
    RouteWalk walk(net::Family::Ipv4, {Kind::AdvertisedTo, b});
    lab.rib.walk(walk, 10, [&](const RouteView& route) {
        REQUIRE(route.advertised);
        CHECK(*route.advertised == lab.peer(b).routes.at(route.prefix));
    });
    CHECK(lab.rib.advertised(b, prefix("10.0.0.0/16")));
    CHECK_FALSE(lab.rib.advertised(a, prefix("10.0.0.0/16")));
}

TEST_CASE("why gives the step and the values that lost") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    settings.import_local_pref = 200;
    const auto a = lab.add(1, settings);
    settings = RibLab::external(64513);
    const auto b = lab.add(2, settings);
    lab.announce(b, {"10.0.0.0/16"}, attributes({64513}, "192.0.2.2"));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512, 1, 2}, "192.0.2.1"));
    lab.work();
    const auto why = lab.rib.explain(prefix("10.0.0.0/16"));
    REQUIRE(why);
    CHECK(why->route.paths[0].neighbor == a);
    CHECK(why->verdicts[0].reason == Reason::Won);
    CHECK(why->verdicts[1].reason == Reason::LocalPref);
    CHECK(why->verdicts[1].own == 100);
    CHECK(why->verdicts[1].best == 200);
    CHECK(why->verdicts[1].against == 0U);
    CHECK(why->route.paths[1].role == PathRole::Backup);
}

TEST_CASE("End-of-RIB of a negotiated family is passed on") {
    RibLab lab;
    auto session = RibLab::session(1);
    session.families = {net::Family::Ipv4};
    const auto a = lab.add(1, RibLab::external(64512), session);
    Update update;
    update.end_of_rib = net::Family::Ipv4;
    lab.rib.update(a, update, lab.now);
    update.end_of_rib = net::Family::Ipv6;
    lab.rib.update(a, update, lab.now);
    CHECK(lab.events.ends_of_rib == std::vector{std::pair(a, net::Family::Ipv4)});
}

TEST_CASE("routes of a family that was not negotiated are ignored") {
    RibLab lab;
    auto session = RibLab::session(1);
    session.families = {net::Family::Ipv6};
    const auto a = lab.add(1, RibLab::external(64512), session);
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    CHECK_FALSE(lab.rib.find(prefix("10.0.0.0/16")));
}

namespace {

// draft-ietf-idr-link-bandwidth: bytes a second as an IEEE float; non-transitive as it usually is.
ExtendedCommunity bandwidth(float value, std::uint16_t type = 0x4004) {
    return {std::uint64_t{type} << 48 | std::uint64_t{64512} << 32 |
            std::bit_cast<std::uint32_t>(value)};
}

std::vector<unsigned> weights_of(RibLab& lab) {
    std::vector<unsigned> weights;
    const auto set = lab.events.forwarding.at(prefix("10.0.0.0/16"));
    for (const auto& hop : lab.rib.forwarding_set(set).best)
        weights.push_back(hop.weight);
    return weights;
}

}  // namespace

TEST_CASE(
    "paths that are used together share by their link bandwidths, where all of them say one") {
    RibLab lab(3);
    auto first = attributes({64512}), second = attributes({64513}, "192.0.2.2");
    first.extended_communities = {bandwidth(1.25e9F)};
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, first);
    lab.settle();
    CHECK(weights_of(lab) == std::vector<unsigned>{0});  // alone
    lab.announce(b, {"10.0.0.0/16"}, second);
    lab.settle();
    CHECK(weights_of(lab) == std::vector<unsigned>{0, 0});
    second.extended_communities = {ExtendedCommunity{0x0002fc0000000001},
                                   bandwidth(1.25e8F, 0x0004)};
    lab.announce(b, {"10.0.0.0/16"}, second);
    lab.settle();
    CHECK(weights_of(lab) == std::vector<unsigned>{255, 26});
    second.extended_communities = {bandwidth(1)};
    lab.announce(b, {"10.0.0.0/16"}, second);
    lab.settle();
    CHECK(weights_of(lab) == std::vector<unsigned>{255, 1});
    for (const float nonsense : {0.0F, -1.0F, std::numeric_limits<float>::infinity(),
                                 std::numeric_limits<float>::quiet_NaN()}) {
        second.extended_communities = {bandwidth(nonsense)};
        lab.announce(b, {"10.0.0.0/16"}, second);
        lab.settle();
        CHECK(weights_of(lab) == std::vector<unsigned>{0, 0});
    }
}

TEST_CASE("forwarding hears over which AWS link another router of ours has a path") {
    RibLab lab;
    const auto inside = lab.add(1, RibLab::internal());
    auto aws = RibLab::external(64512);
    aws.aws_link = AwsLink::Vpn;
    const auto outside = lab.add(2, aws);
    auto told = attributes({64512});
    const auto link = [&](std::string_view text) {
        return lab.rib.forwarding_set(lab.events.forwarding.at(prefix(text))).best.front().aws_link;
    };
    lab.announce(inside, {"10.1.0.0/16"}, told);
    told.aws_link = AwsLink::Circuit;
    lab.announce(inside, {"10.0.0.0/16"}, told);
    lab.announce(outside, {"10.2.0.0/16"}, attributes({64512}, "192.0.2.2"));
    lab.settle();
    CHECK(link("10.0.0.0/16") == AwsLink::Circuit);
    CHECK(link("10.1.0.0/16") == AwsLink::None);
    CHECK(link("10.2.0.0/16") == AwsLink::None);  // its neighbor is known to forwarding
    aws.aws_link = AwsLink::Circuit;
    lab.rib.set_neighbor(outside, aws);
    auto ending = attributes({64512}, "192.0.2.2");
    ending.communities = {community::kGracefulShutdown};
    lab.announce(outside, {"10.2.0.0/16"}, ending);
    lab.announce(outside, {"10.3.0.0/16"}, attributes({64512}, "192.0.2.2"));
    lab.settle();
    CHECK(link("10.2.0.0/16") == AwsLink::Aside);  // unlike the others of its neighbor
    CHECK(link("10.3.0.0/16") == AwsLink::None);
    told.aws_link = AwsLink::Aside;
    lab.announce(inside, {"10.0.0.0/16"}, told);
    lab.settle();
    CHECK(link("10.0.0.0/16") == AwsLink::Aside);
}

TEST_CASE("the routers of an AS keep AWS's routes from AWS together") {
    RibLab one, two;
    auto aws = RibLab::external(64512);
    aws.aws_link = AwsLink::Circuit;
    const auto circuit = one.add(1, aws);
    const auto to_two = one.add(2, RibLab::internal());
    const auto from_one = two.add(1, RibLab::internal());
    auto other_aws = RibLab::external(64600);
    other_aws.aws_link = AwsLink::Vpn;
    other_aws.heeds_horizon = true;
    const auto vpn = two.add(2, other_aws);
    const auto provider = two.add(3, RibLab::external(64700));
    one.announce(circuit, {"172.31.0.0/16"}, attributes({64512}));
    one.settle();
    const auto& carried = one.peer(to_two).routes.at(prefix("172.31.0.0/16"));
    CHECK(carried.aws_link == AwsLink::Circuit);
    two.announce(from_one, {"172.31.0.0/16"}, carried);
    two.settle();
    CHECK(two.peer(vpn).routes.empty());
    CHECK(two.peer(provider).routes.size() == 1);
    CHECK(two.rib.explain_export(prefix("172.31.0.0/16"), vpn, nullptr).state ==
          ExportState::BehindHorizon);
}

}  // namespace dx::bgp::test
