// Aggregates instead of what they cover, where not all routes fit into prefix-limit out.
#include <random>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

constexpr auto kV4 = net::Family::Ipv4;

RibNeighbor aggregating(std::uint32_t max, std::initializer_list<std::string_view> aggregates,
                        PrefixLimitOut::Order order = PrefixLimitOut::Order::ShortestFirst) {
    auto neighbor = RibLab::external(64512);
    neighbor.limit_out[kV4] = PrefixLimitOut{max, order, 80, prefixes(aggregates)};
    return neighbor;
}

using Names = std::vector<std::string>;

Names names(const Peer& peer) {
    Names result;
    for (const auto& [one, _] : peer.routes)
        result.push_back(one.to_string());
    return result;
}

// What was said since the last time.
Names said(Peer& peer) {
    return std::exchange(peer.log, {});
}

struct Site {
    RibLab lab;
    NeighborId a;

    explicit Site(const RibNeighbor& neighbor, int routes = 0) {
        for (int i = 1; i <= routes; ++i)
            originate(i);
        a = lab.add(1, neighbor);
        lab.settle();
    }

    static std::string route(int i) { return "10." + std::to_string(i) + ".0.0/16"; }

    void originate(int i) { lab.originate(route(i)); }

    void withdraw(int i) { lab.rib.withdraw(LocalSource::Network, prefix(route(i))); }

    Peer& peer() { return lab.peer(a); }

    NeighborCounts counts() { return lab.rib.counts(a, kV4); }

    void change(const RibNeighbor& neighbor) {
        lab.rib.set_neighbor(a, neighbor);
        lab.settle();
    }
};

}  // namespace

TEST_CASE("while all fits beside the places of the aggregates, nothing is aggregated") {
    Site site(aggregating(6, {"10.0.0.0/8", "172.16.0.0/12"}), 4);
    CHECK(names(site.peer()) == Names{"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"});
    CHECK(site.lab.events.aggregations.empty());
    CHECK(site.lab.rib.summary(kV4).entries == 4);
}

TEST_CASE("an aggregate goes out before what it covers is withdrawn") {
    Site site(aggregating(6, {"10.0.0.0/8", "172.16.0.0/12"}), 4);
    said(site.peer());
    site.originate(5);
    site.lab.settle();
    CHECK(said(site.peer()) ==
          Names{"+10.0.0.0/8", "-10.1.0.0/16", "-10.2.0.0/16", "-10.3.0.0/16", "-10.4.0.0/16"});
    CHECK(names(site.peer()) == Names{"10.0.0.0/8"});
    CHECK(site.counts().aggregated == 5);
    CHECK(site.counts().held_back == 0);
    CHECK(site.counts().advertised == 1);
    CHECK(site.lab.events.reached == 0);
    CHECK(site.lab.rib.summary(kV4).entries == 5);
    REQUIRE(site.lab.events.aggregations.size() == 1);
    const auto& change = site.lab.events.aggregations[0];
    CHECK(change.in_use);
    CHECK(change.wanted == 5);
    CHECK(change.covered == 5);
    CHECK(change.max == 6);
    CHECK(change.aggregates == prefixes({"10.0.0.0/8"}));
}

TEST_CASE("what an aggregate stands in for is explained so, and the aggregate as sent") {
    Site site(aggregating(6, {"10.0.0.0/8", "172.16.0.0/12"}), 5);
    const auto why = [&](std::string_view text) {
        return site.lab.rib.explain_export(prefix(text), site.a, nullptr).state;
    };
    CHECK(why("10.1.0.0/16") == ExportState::Aggregated);
    CHECK(why("10.0.0.0/8") == ExportState::Accepted);
    CHECK(why("172.16.0.0/12") == ExportState::NoBestPath);
}

TEST_CASE("the routes themselves come back before the aggregate goes, and not for one that left") {
    Site site(aggregating(6, {"10.0.0.0/8"}), 6);
    CHECK(names(site.peer()) == Names{"10.0.0.0/8"});
    said(site.peer());
    site.withdraw(6);  // five would just fit
    site.lab.settle();
    CHECK(said(site.peer()).empty());
    site.withdraw(5);
    site.lab.settle();
    CHECK(said(site.peer()) ==
          Names{"+10.1.0.0/16", "+10.2.0.0/16", "+10.3.0.0/16", "+10.4.0.0/16", "-10.0.0.0/8"});
    CHECK(site.peer().most_routes == 5);
    CHECK(site.counts().aggregated == 0);
    REQUIRE(site.lab.events.aggregations.size() == 2);
    CHECK_FALSE(site.lab.events.aggregations[1].in_use);
}

TEST_CASE("a session that starts with too many is told the aggregates and nothing of the rest") {
    Site site(aggregating(4, {"10.0.0.0/8", "172.16.0.0/12"}), 5);
    CHECK(said(site.peer()) == Names{"+10.0.0.0/8", "EoR", "EoR"});
    CHECK(site.peer().routes.begin()->second.next_hop.address == address("198.51.100.1"));
}

TEST_CASE("what no aggregate covers has the places that are left, and the rest is held back") {
    Site site(aggregating(4, {"10.0.0.0/8", "172.16.0.0/12"}), 5);
    for (const auto* one : {"192.0.2.0/24", "198.51.0.0/16", "203.0.113.0/24"})
        site.lab.originate(one);
    site.lab.settle();
    CHECK(names(site.peer()) == Names{"10.0.0.0/8", "192.0.2.0/24", "198.51.0.0/16"});
    CHECK(site.counts().held_back == 1);
    CHECK(site.counts().aggregated == 5);
    CHECK(site.lab.events.reached == 1);

    site.lab.originate("172.16.1.0/24");  // the place for its aggregate is free
    site.lab.settle();
    CHECK(names(site.peer()) ==
          Names{"10.0.0.0/8", "172.16.0.0/12", "192.0.2.0/24", "198.51.0.0/16"});
    CHECK(site.peer().most_routes == 4);
    site.lab.rib.withdraw(LocalSource::Network, prefix("172.16.1.0/24"));
    site.lab.settle();
    CHECK(names(site.peer()) == Names{"10.0.0.0/8", "192.0.2.0/24", "198.51.0.0/16"});
}

TEST_CASE("an aggregate is a route of our own, with what the rules add to those") {
    auto neighbor = aggregating(3, {"10.0.0.0/8"});
    neighbor.export_communities = {Community::of(7224, 7300)};
    Site site(neighbor, 3);
    const auto& told = site.peer().routes.at(prefix("10.0.0.0/8"));
    CHECK(told.as_path == path_of({kOurAs}));
    CHECK(told.atomic_aggregate);
    CHECK(told.aggregator == Aggregator{kOurAs, RouterId{0x0a000001}});
    CHECK(told.origin == Origin::Igp);
    CHECK_FALSE(told.med);
    CHECK(told.has(Community::of(7224, 7300)));

    // RFC 4271 9.2.2.2: one that is INCOMPLETE makes it so, and only while it is there.
    const auto b = site.lab.add(2, RibLab::external(64513));
    auto learnt = attributes({64513});
    learnt.origin = Origin::Incomplete;
    site.lab.announce(b, {"10.9.0.0/16"}, learnt);
    site.lab.settle();
    CHECK(site.peer().routes.at(prefix("10.0.0.0/8")).origin == Origin::Incomplete);
    learnt.origin = Origin::Egp;
    site.lab.announce(b, {"10.9.0.0/16"}, learnt);
    site.lab.settle();
    CHECK(site.peer().routes.at(prefix("10.0.0.0/8")).origin == Origin::Egp);
    site.lab.withdraw(b, {"10.9.0.0/16"});
    site.lab.settle();
    CHECK(site.peer().routes.at(prefix("10.0.0.0/8")).origin == Origin::Igp);
}

TEST_CASE("what may not be sent to the neighbor makes no aggregate") {
    Site site(aggregating(2, {"10.0.0.0/8", "172.16.0.0/12"}));
    const auto b = site.lab.add(2, RibLab::external(64513));
    auto secret = attributes({64513});
    secret.add(std::vector{community::kNoExport});
    site.lab.announce(b, {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"}, secret);
    site.lab.announce(b, {"172.16.1.0/24"}, attributes({64513}));
    site.lab.settle();
    CHECK(names(site.peer()) == Names{"172.16.0.0/12"});
}

TEST_CASE("a route for the very prefix of an aggregate is sent instead of one") {
    Site site(aggregating(3, {"10.0.0.0/8"}));
    const auto b = site.lab.add(2, RibLab::external(64513));
    site.lab.announce(b, {"10.0.0.0/8"}, attributes({64513, 7}));
    site.lab.settle();
    CHECK(names(site.peer()) == Names{"10.0.0.0/8"});  // in the place that is the aggregate's
    for (const int i : {1, 2, 3})
        site.originate(i);
    site.lab.settle();
    CHECK(names(site.peer()) == Names{"10.0.0.0/8"});
    CHECK(site.peer().routes.at(prefix("10.0.0.0/8")).as_path == path_of({kOurAs, 64513, 7}));
    CHECK_FALSE(site.lab.rib.aggregates(site.a, kV4)[0].announced);
    said(site.peer());
    site.lab.withdraw(b, {"10.0.0.0/8"});
    site.lab.settle();
    CHECK(said(site.peer()) == Names{"+10.0.0.0/8"});  // replaced, never withdrawn
    CHECK(site.peer().routes.at(prefix("10.0.0.0/8")).as_path == path_of({kOurAs}));
    CHECK(site.lab.rib.aggregates(site.a, kV4)[0].announced);
}

TEST_CASE("an aggregate that is no longer configured goes after the first routes came back") {
    const auto order = PrefixLimitOut::Order::Configured;
    Site site(aggregating(3, {"10.0.0.0/8"}, order), 5);
    REQUIRE(names(site.peer()) == Names{"10.0.0.0/8"});
    said(site.peer());
    site.change(aggregating(3, {}, order));
    const auto told = said(site.peer());
    REQUIRE_FALSE(told.empty());
    CHECK(told.front().starts_with("+"));
    CHECK(site.peer().routes.size() == 3);
    CHECK(site.counts().held_back == 2);
    CHECK(site.peer().most_routes <= 3);
}

TEST_CASE("a route that comes while its aggregate is refused is not left out for it") {
    auto neighbor = aggregating(3, {"10.0.0.0/8"});
    PolicyRule rule;
    rule.match.prefix = std::make_shared<const PrefixSet>(
        "", std::vector{PrefixPattern{prefix("10.0.0.0/8"), 16, 16}});
    rule.then = PolicyAction::Accept;
    Site site(neighbor, 4);
    REQUIRE(names(site.peer()) == Names{"10.0.0.0/8"});
    neighbor.export_policy = std::make_shared<const Policy>("to-aws", std::vector{rule});
    site.lab.rib.set_neighbor(site.a, neighbor);
    site.originate(9);  // met in the same batch
    site.lab.settle();
    CHECK(site.peer().routes.size() == 2);
    CHECK(site.counts().held_back == 3);
    CHECK(site.counts().aggregated == 0);
}

TEST_CASE("an aggregate that the export policy refuses stands in for nothing, and is shown so") {
    auto neighbor = aggregating(3, {"10.0.0.0/8"});
    PolicyRule rule;
    rule.match.prefix = std::make_shared<const PrefixSet>(
        "", std::vector{PrefixPattern{prefix("10.0.0.0/8"), 16, 16}});
    rule.then = PolicyAction::Accept;
    const auto accepting = neighbor.export_policy;
    neighbor.export_policy = std::make_shared<const Policy>("to-aws", std::vector{rule});
    Site site(neighbor, 4);
    CHECK(names(site.peer()) == Names{"10.1.0.0/16", "10.2.0.0/16"});
    CHECK(site.counts().held_back == 2);
    CHECK(site.lab.rib.aggregates(site.a, kV4)[0].refused);

    neighbor.export_policy = accepting;
    site.change(neighbor);
    CHECK(names(site.peer()) == Names{"10.0.0.0/8"});
    neighbor.export_policy = std::make_shared<const Policy>("to-aws", std::vector{rule});
    site.change(neighbor);
    CHECK(names(site.peer()) == Names{"10.1.0.0/16", "10.2.0.0/16"});
    CHECK(site.counts().aggregated == 0);
    CHECK(site.peer().most_routes <= 3);
}

TEST_CASE("a refresh repeats the aggregate and not what it covers") {
    Site site(aggregating(3, {"10.0.0.0/8"}), 5);
    said(site.peer());
    site.lab.rib.refresh_requested(site.a, kV4);
    site.lab.settle();
    CHECK(said(site.peer()) == Names{"+10.0.0.0/8"});
}

TEST_CASE("a reload that has nothing to do with aggregates says nothing") {
    auto neighbor = aggregating(3, {"10.0.0.0/8"});
    Site site(neighbor, 5);
    said(site.peer());
    neighbor.limit_out[kV4]->warn_percent = 70;
    site.change(neighbor);
    CHECK(said(site.peer()).empty());
    CHECK(site.counts().aggregated == 5);
    CHECK(site.lab.events.aggregations.size() == 1);
}

TEST_CASE(
    "a higher limit brings the routes back, and no limit too: first they, then the end of it") {
    const Names back{"+10.1.0.0/16", "+10.2.0.0/16", "+10.3.0.0/16", "-10.0.0.0/8"};
    Site raised(aggregating(3, {"10.0.0.0/8"}), 3);
    said(raised.peer());
    raised.change(aggregating(10, {"10.0.0.0/8"}));
    CHECK(said(raised.peer()) == back);

    Site without(aggregating(3, {"10.0.0.0/8"}), 3);
    said(without.peer());
    without.change(RibLab::external(64512));
    CHECK(said(without.peer()) == back);

    Site held(aggregating(3, {"10.0.0.0/8"}), 3);
    said(held.peer());
    held.change(aggregating(3, {}));  // two beside the aggregate, the third when it is gone
    CHECK(said(held.peer()) ==
          Names{"+10.1.0.0/16", "+10.2.0.0/16", "-10.0.0.0/8", "+10.3.0.0/16"});
    CHECK(held.peer().most_routes == 3);
}

TEST_CASE("aggregates may come, go and be others while the session is up") {
    Site site(aggregating(4, {}), 6);
    CHECK(site.peer().routes.size() == 4);
    site.change(aggregating(4, {"10.0.0.0/8"}));
    CHECK(names(site.peer()) == Names{"10.0.0.0/8"});
    said(site.peer());
    site.change(aggregating(4, {"10.0.0.0/13", "172.16.0.0/12"}));
    CHECK(said(site.peer()) == Names{"+10.0.0.0/13", "-10.0.0.0/8"});
    CHECK(site.peer().most_routes == 4);
    site.change(aggregating(2, {"10.0.0.0/14", "10.4.0.0/14"}));  // no place beside the old one
    CHECK(names(site.peer()) == Names{"10.0.0.0/14", "10.4.0.0/14"});
    CHECK(site.peer().most_routes == 4);
    CHECK(site.lab.rib.summary(kV4).entries == 6);
}

TEST_CASE("a peer that takes fewer than there are aggregates gets the first of them") {
    Site site(aggregating(2, {"10.0.0.0/14", "10.4.0.0/14", "10.8.0.0/14"}), 9);
    CHECK(names(site.peer()) == Names{"10.0.0.0/14", "10.4.0.0/14"});
    CHECK(site.counts().held_back == 2);
}

TEST_CASE("what is left out is walked, the aggregate is among what was advertised") {
    Site site(aggregating(3, {"10.0.0.0/8"}), 3);
    Names left_out, advertised;
    RouteWalk walk(kV4, {WalkOf::Kind::AggregatedFor, site.a});
    site.lab.rib.walk(walk, 10,
                      [&](const RouteView& r) { left_out.push_back(r.prefix.to_string()); });
    CHECK(left_out == Names{"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"});
    RouteWalk sent(kV4, {WalkOf::Kind::AdvertisedTo, site.a});
    site.lab.rib.walk(sent, 10, [&](const RouteView& r) {
        CHECK(r.aggregate);
        REQUIRE(r.advertised);
        CHECK(r.advertised->atomic_aggregate);
        advertised.push_back(r.prefix.to_string());
    });
    CHECK(advertised == Names{"10.0.0.0/8"});
}

TEST_CASE("nothing is left of a session that had aggregates") {
    Site site(aggregating(3, {"10.0.0.0/8", "172.16.0.0/12"}), 5);
    site.lab.rib.session_down(site.a);
    for (int i = 1; i <= 5; ++i)
        site.withdraw(i);
    site.lab.work();
    CHECK(site.lab.rib.summary(kV4).entries == 0);
}

TEST_CASE("an IPv6 aggregate stands in for IPv6 routes") {
    RibLab lab;
    auto neighbor = RibLab::external(64512);
    neighbor.limit_out[net::Family::Ipv6] =
        PrefixLimitOut{3, PrefixLimitOut::Order::ShortestFirst, 80, prefixes({"2001:db8::/32"})};
    for (const auto* one : {"2001:db8:1::/48", "2001:db8:2::/48", "2001:db8:3::/48", "10.1.0.0/16"})
        lab.originate(one);
    const auto a = lab.add(1, neighbor);
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.1.0.0/16", "2001:db8::/32"});
}

namespace {

// A neighbor with a limit that watches at every byte that the limit holds, and that no route is
// out of reach that could be within it: itself, or the aggregate over it.
class Watched {
public:
    explicit Watched(std::uint32_t seed)
        : random_(seed),
          order_(seed % 2 ? PrefixLimitOut::Order::ShortestFirst
                          : PrefixLimitOut::Order::Configured) {
        a_ = lab_.add(1, settings(9));
        b_ = lab_.add(2, RibLab::external(64513));
        lab_.peer(a_).on_withdrawn = [this](const net::Prefix& gone) { check_reach(gone); };
    }

    void step() {
        change_a_route();
        if (dice(4) == 0) lab_.rib.run_slice(1 + dice(5));
        if (dice(50) == 0) lab_.rib.refresh_requested(a_, kV4);
        if (dice(40) == 0) settle();
        if (dice(100) == 0) restart_session();
        if (dice(6) == 0) {
            Buffer out;
            lab_.rib.fill(a_, out, 1 + dice(300));
            lab_.peer(a_).read(out);
        }
        REQUIRE(lab_.peer(a_).most_routes <= 9);
    }

    void settle() {
        lab_.settle();
        young_.clear();
        check_settled();
    }

private:
    static constexpr std::array kAggregates{"10.0.0.0/12", "10.16.0.0/13"};

    RibNeighbor settings(std::uint32_t max) const {
        return aggregating(max, {kAggregates[0], kAggregates[1]}, order_);
    }

    std::uint32_t dice(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }

    void change_a_route() {
        const net::Prefix one(net::IpAddress::v4(0x0a000000U + (dice(28) << 16)),
                              static_cast<std::uint8_t>(16 + dice(2)));
        young_.insert(one);
        // Mostly few, mostly many: so that both come often.
        const bool many = (steps_++ / 80) % 2 == 0;
        if (dice(10) < (many ? 7U : 2U)) {
            truth_.insert(one);
            lab_.announce(b_, {one}, attributes({64513, 1 + dice(4)}));
        } else {
            truth_.erase(one);
            lab_.withdraw(b_, {one});
        }
    }

    void restart_session() {
        lab_.rib.session_down(a_);
        lab_.rib.session_up(a_, RibLab::session(1));
        lab_.peer(a_).routes.clear();
        for (const auto& one : truth_)
            young_.insert(one);
    }

    std::optional<net::Prefix> aggregate_of(const net::Prefix& one) const {
        for (const auto* text : kAggregates)
            if (prefix(text).contains(one)) return prefix(text);
        return std::nullopt;
    }

    bool is_aggregate(const net::Prefix& one) const { return aggregate_of(one) == one; }

    bool in_reach(const net::Prefix& one) {
        const auto& routes = lab_.peer(a_).routes;
        const auto over = aggregate_of(one);
        return !over || routes.contains(one) || routes.contains(*over);
    }

    void check_reach(const net::Prefix& gone) {
        if (!is_aggregate(gone)) {
            if (truth_.contains(gone)) CHECK(in_reach(gone));
            return;
        }
        for (const auto& one : truth_)
            if (gone.contains(one) && !young_.contains(one)) CHECK(in_reach(one));
    }

    void check_settled() {
        const auto& routes = lab_.peer(a_).routes;
        const auto counts = lab_.rib.counts(a_, kV4);
        std::size_t sent = 0;
        for (const auto& one : truth_) {
            CHECK(in_reach(one));
            sent += routes.contains(one);
        }
        CHECK(sent + counts.held_back + counts.aggregated == truth_.size());
        if (truth_.size() > 7) CHECK(lab_.rib.aggregates(a_, kV4).size() == 2);
        for (const auto& each : lab_.rib.aggregates(a_, kV4)) {
            const auto covered = std::ranges::count_if(
                truth_, [&](const net::Prefix& one) { return each.prefix.contains(one); });
            CHECK(each.covered == covered);
            CHECK(each.announced == routes.contains(each.prefix));
            if (truth_.size() > 7) CHECK(each.announced == (covered > 0));
            if (truth_.size() <= 6) CHECK_FALSE(each.announced);
        }
    }

    RibLab lab_;
    NeighborId a_, b_;
    std::mt19937 random_;
    PrefixLimitOut::Order order_;
    std::set<net::Prefix> truth_;
    std::set<net::Prefix> young_;  // changed since the neighbor was told all
    int steps_ = 0;
};

}  // namespace

TEST_CASE("whatever happens, the limit holds and what an aggregate covers is in reach") {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        Watched watched(seed);
        for (int i = 0; i < 800; ++i)
            watched.step();
        watched.settle();
    }
}

TEST_CASE("whatever is reloaded, the limit that holds is not exceeded, and all is as if new") {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto dice = [&](std::uint32_t below) {
            return static_cast<std::uint32_t>(random() % below);
        };
        const std::vector<std::vector<net::Prefix>> lists{
            {},
            prefixes({"10.0.0.0/12"}),
            prefixes({"10.0.0.0/13", "10.8.0.0/13"}),
            prefixes({"10.16.0.0/13", "10.0.0.0/12"}),
        };
        RibLab lab;
        auto settings = RibLab::external(64512);
        const auto a = lab.add(1, settings);
        for (int step = 0; step < 600; ++step) {
            const auto one = "10." + std::to_string(dice(24)) + ".0.0/16";
            if (dice(3))
                lab.originate(one, dice(3));
            else
                lab.rib.withdraw(LocalSource::Network, prefix(one));
            if (dice(3) == 0) lab.rib.run_slice(1 + dice(20));
            if (dice(8) == 0) lab.deliver(a, 1 + dice(200));
            if (dice(15)) continue;
            const auto max = 3 + dice(10);
            settings.limit_out[kV4] = PrefixLimitOut{max, PrefixLimitOut::Order::ShortestFirst, 80,
                                                     lists[dice(lists.size())]};
            lab.rib.set_neighbor(a, settings);
            lab.peer(a).most_routes =
                0;  // it had more before, perhaps, and never grows beyond that
            const auto had = lab.peer(a).routes.size();
            lab.settle();
            CHECK(lab.peer(a).most_routes <= std::max<std::size_t>(max, had));
            CHECK(lab.peer(a).routes.size() <= max);

            // A session that starts now is told the same.
            lab.rib.set_neighbor(NeighborId{3}, settings);
            lab.rib.session_up(NeighborId{3}, RibLab::session(1));
            lab.peers.insert_or_assign(NeighborId{3}, Peer(RibLab::session(1).wire));
            lab.settle();
            const auto fresh = names(lab.peer(NeighborId{3}));
            const auto counts = lab.rib.counts(NeighborId{3}, kV4);
            // Except that a return to the routes themselves wants more room than to stay with them.
            if ((counts.aggregated > 0) == (lab.rib.counts(a, kV4).aggregated > 0))
                CHECK(names(lab.peer(a)) == fresh);
            lab.rib.session_down(NeighborId{3});
            lab.peers.erase(NeighborId{3});
        }
    }
}

}  // namespace dx::bgp::test
