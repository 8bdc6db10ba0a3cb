// Routes that outlive their session (RFC 4724, RFC 9494), and the tables held after a restart of
// ours.
#include <array>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;

namespace {

// Neighbor `a` has told three prefixes, `b` listens.
struct Lab : RibLab {
    Lab() {
        announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
        settle();
    }

    void lose(Families kept = {Family::Ipv4}) { rib.session_down(a, kept); }

    void return_of_a() {
        rib.session_up(a, session(1));
        peers.insert_or_assign(a, Peer(session(1).wire));
    }

    // As settle(), while `a` has no session to deliver to.
    void settle_others() {
        peers.erase(a);
        settle();
    }

    void end_of_rib() {
        Update update;
        update.end_of_rib = Family::Ipv4;
        rib.update(a, update, now);
    }

    bool stale(std::string_view what) { return rib.find(prefix(what))->paths[0].stale; }

    NeighborCounts counts() { return rib.counts(a, Family::Ipv4); }

    const NeighborId a = add(1, external(64512));
    const NeighborId b = add(2, external(64513));
};

constexpr auto kStale = community::kLlgrStale;

}  // namespace

TEST_CASE("kept routes stay in use, stale, and nobody is told anything") {
    Lab lab;
    const auto changes = lab.events.best_changes.size();
    const auto updates = lab.peer(lab.b).updates;
    lab.lose();
    lab.work();
    CHECK(lab.stale("10.0.0.0/16"));
    CHECK(lab.counts().received == 3);
    CHECK(lab.counts().stale == 3);
    CHECK(lab.counts().best == 3);
    lab.deliver(lab.b);
    CHECK(lab.peer(lab.b).routes.size() == 3);
    CHECK(lab.peer(lab.b).updates == updates);
    CHECK(lab.events.best_changes.size() == changes);
}

TEST_CASE("a family that is not kept goes with the session") {
    Lab lab;
    lab.announce(lab.a, {"2001:db8:1::/48"}, attributes({64512}, "2001:db8::1"));
    lab.settle();
    lab.lose();
    lab.settle_others();
    CHECK(lab.events.forwarding.size() == 3);
    CHECK_FALSE(lab.rib.find(prefix("2001:db8:1::/48")));
}

TEST_CASE("End-of-RIB removes what did not come again, and touches nothing else") {
    Lab lab;
    lab.lose();
    lab.work();
    const auto changes = lab.events.best_changes.size();
    lab.return_of_a();
    lab.announce(lab.a, {"10.0.0.0/16"}, attributes({64512}));
    lab.announce(lab.a, {"10.1.0.0/16"}, attributes({64512, 64599}));
    lab.settle();
    CHECK_FALSE(lab.stale("10.0.0.0/16"));
    CHECK(lab.stale("10.2.0.0/16"));
    CHECK(lab.counts().stale == 1);
    CHECK(lab.events.best_changes.size() == changes + 1);  // the other AS path
    lab.end_of_rib();
    CHECK(lab.counts().received == 2);
    CHECK(lab.counts().stale == 0);
    lab.settle();
    CHECK(lab.peer(lab.b).routes.size() == 2);
    CHECK(lab.events.forwarding.size() == 2);
    CHECK(lab.events.ends_of_rib.size() == 1);
}

TEST_CASE("who does not return loses its routes") {
    Lab lab;
    lab.lose();
    lab.work();
    lab.rib.drop_stale(lab.a, Family::Ipv4);
    CHECK(lab.counts().received == 0);
    lab.settle_others();
    CHECK(lab.events.forwarding.empty());
    CHECK(lab.peer(lab.b).routes.empty());
    lab.rib.drop_stale(lab.a, Family::Ipv4);  // nothing left to drop
    CHECK_FALSE(lab.rib.has_work());
}

TEST_CASE("a second loss before End-of-RIB drops what was stale, and keeps what was new") {
    Lab lab;
    lab.lose();
    lab.return_of_a();
    lab.announce(lab.a, {"10.0.0.0/16", "10.7.0.0/16"}, attributes({64512}));
    lab.settle();
    lab.lose();
    CHECK(lab.counts().received == 2);
    lab.settle_others();
    CHECK(lab.events.forwarding.size() == 2);
    CHECK(lab.stale("10.7.0.0/16"));
}

TEST_CASE("a session that tells nothing is no restart of its own") {
    Lab lab;
    lab.lose();
    for (int i = 0; i < 300; ++i) {
        lab.return_of_a();
        lab.lose();
    }
    lab.settle_others();
    CHECK(lab.counts().stale == 3);
    CHECK(lab.events.forwarding.size() == 3);
    lab.rib.drop_stale(lab.a, Family::Ipv4);
    lab.settle();
    CHECK(lab.events.forwarding.empty());
}

TEST_CASE("a loss that keeps nothing drops what was stale as well") {
    Lab lab;
    lab.lose();
    lab.return_of_a();
    lab.announce(lab.a, {"10.0.0.0/16"}, attributes({64512}));
    lab.lose({});
    lab.settle_others();
    CHECK(lab.events.forwarding.empty());
}

TEST_CASE("a neighbor that restarts for ever runs out of nothing") {
    Lab lab;
    for (int i = 0; i < 1000; ++i) {
        lab.lose();
        lab.return_of_a();
        if (i % 3 == 0) lab.rib.refresh_begins(lab.a, Family::Ipv4);
        lab.announce(lab.a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
        if (i % 2 == 0) lab.end_of_rib();
        if (i % 5 == 0) lab.rib.refresh_begins(lab.a, Family::Ipv4);
    }
    lab.settle();
    CHECK(lab.counts().received == 2);
    CHECK(lab.events.forwarding.size() == 2);
}

TEST_CASE("a refresh that was under way does not cost the routes that it had not reached") {
    Lab lab;
    lab.rib.refresh_begins(lab.a, Family::Ipv4);
    lab.announce(lab.a, {"10.0.0.0/16"}, attributes({64512}));
    lab.lose();
    lab.settle_others();
    CHECK(lab.counts().received == 3);
    CHECK(lab.events.forwarding.size() == 3);
}

TEST_CASE("a refresh before End-of-RIB means nothing") {
    Lab lab;
    lab.lose();
    lab.return_of_a();
    lab.announce(lab.a, {"10.0.0.0/16"}, attributes({64512}));
    lab.rib.refresh_begins(lab.a, Family::Ipv4);
    lab.rib.refresh_ends(lab.a, Family::Ipv4);
    CHECK(lab.counts().received == 3);
    lab.end_of_rib();
    CHECK(lab.counts().received == 1);
}

TEST_CASE("stale routes take no room under the limit in") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    settings.limit_in[Family::Ipv4] = PrefixLimitIn{3, PrefixLimitIn::Action::Restart};
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    lab.settle();
    lab.rib.session_down(a, {Family::Ipv4});
    lab.rib.session_up(a, RibLab::session(1));
    lab.announce(a, {"10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16"}, attributes({64512}));
    CHECK(lab.events.exceeded.empty());
    lab.announce(a, {"10.6.0.0/16"}, attributes({64512}));
    CHECK(lab.events.exceeded.size() == 1);
}

TEST_CASE("a restart lets in nothing of what the limit in has kept out") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    settings.limit_in[Family::Ipv4] = PrefixLimitIn{2, PrefixLimitIn::Action::Discard};
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    lab.work();
    lab.rib.session_down(a, {Family::Ipv4});
    lab.work();
    CHECK(lab.rib.counts(a, Family::Ipv4).discarded == 1);
    lab.rib.soft_in(a, Family::Ipv4);
    lab.work();
    CHECK(lab.events.forwarding.size() == 2);
    lab.rib.session_up(a, RibLab::session(1));
    lab.announce(a, {"10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16"}, attributes({64512}));
    lab.withdraw(a, {"10.3.0.0/16"});
    lab.work();
    CHECK(lab.events.forwarding.contains(prefix("10.5.0.0/16")));  // it had the place
    CHECK_FALSE(lab.events.forwarding.contains(prefix("10.2.0.0/16")));

    settings.limit_in[Family::Ipv4].reset();
    lab.rib.set_neighbor(a, settings);
    lab.work();
    CHECK(lab.events.forwarding.contains(prefix("10.2.0.0/16")));
}

TEST_CASE("a session within its limit in is not ended for what is stale") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    settings.limit_in[Family::Ipv4] = PrefixLimitIn{3, PrefixLimitIn::Action::Restart};
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    lab.rib.session_down(a, {Family::Ipv4});
    lab.rib.session_up(a, RibLab::session(1));
    lab.announce(a, {"10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16"}, attributes({64512}));
    lab.rib.soft_in(a, Family::Ipv4);
    lab.work();
    CHECK(lab.events.exceeded.empty());
    CHECK(lab.events.forwarding.size() == 4);
}

TEST_CASE("a changed policy holds for stale routes too") {
    Lab lab;
    lab.lose();
    auto settings = RibLab::external(64512);
    settings.import_policy = only("10.1.0.0/16");
    lab.rib.set_neighbor(lab.a, settings);
    lab.settle_others();
    CHECK(lab.events.forwarding.size() == 1);
    CHECK(lab.stale("10.1.0.0/16"));
}

TEST_CASE("a neighbor that is removed while its routes are kept takes them along") {
    Lab lab;
    lab.lose();
    lab.rib.remove_neighbor(lab.a);
    lab.settle_others();
    CHECK(lab.events.forwarding.empty());
}

TEST_CASE("long-lived stale routes are the last choice, marked, and only for who knows the mark") {
    Lab lab;
    auto knows = RibLab::session(3);
    knows.long_lived = true;
    const auto c = lab.add(3, RibLab::external(64514), knows);
    const auto rival = lab.add(4, RibLab::external(64515));
    lab.announce(rival, {"10.1.0.0/16"}, attributes({64515, 64599, 64598}, "192.0.2.4"));
    auto refused = attributes({64512});
    refused.add(std::array{community::kNoLlgr});
    lab.announce(lab.a, {"10.2.0.0/16"}, refused);
    lab.settle();
    lab.lose();
    lab.settle_others();
    lab.rib.long_lived_stale(lab.a, Family::Ipv4);
    lab.settle_others();

    // Longer, but not stale.
    const auto second = lab.rib.explain(prefix("10.1.0.0/16"));
    CHECK(second->route.paths[0].neighbor == rival);
    CHECK(second->verdicts[1].reason == Reason::LongLivedStale);
    // NO_LLGR: not used any more.
    const auto third = lab.rib.find(prefix("10.2.0.0/16"));
    CHECK(third->paths[0].state == PathState::NotLongLived);
    CHECK(third->paths[0].role == PathRole::None);
    // The only way there is.
    const auto first = lab.rib.find(prefix("10.0.0.0/16"));
    CHECK(first->paths[0].role == PathRole::Best);
    CHECK(first->paths[0].imported->has(kStale));
    CHECK_FALSE(first->paths[0].received->has(kStale));
    CHECK(lab.peer(c).routes.at(prefix("10.0.0.0/16")).has(kStale));
    CHECK_FALSE(lab.peer(lab.b).routes.contains(prefix("10.0.0.0/16")));
    CHECK(lab.peer(lab.b).routes.contains(prefix("10.1.0.0/16")));
    // And `why` says so.
    const auto told = [&](NeighborId to, const char* what) {
        return lab.rib.explain_export(prefix(what), to, nullptr).state;
    };
    CHECK(told(lab.b, "10.0.0.0/16") == ExportState::LongLivedStale);
    CHECK(told(c, "10.0.0.0/16") == ExportState::Accepted);
    CHECK(told(lab.b, "10.2.0.0/16") == ExportState::NoBestPath);
    CHECK(lab.rib.explain(prefix("10.2.0.0/16"))->route.paths[0].state == PathState::NotLongLived);

    // It is back: what it tells is as good as ever, at once.
    lab.return_of_a();
    lab.announce(lab.a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.rib.find(prefix("10.1.0.0/16"))->paths[0].neighbor == lab.a);
    CHECK_FALSE(lab.peer(c).routes.at(prefix("10.0.0.0/16")).has(kStale));
    CHECK(lab.peer(lab.b).routes.contains(prefix("10.0.0.0/16")));
    lab.end_of_rib();
    lab.settle();
    CHECK_FALSE(lab.rib.find(prefix("10.2.0.0/16")));
}

// RFC 9494 4.2: "in the case of consecutive restarts, the previously marked stale routes MUST NOT
// be deleted before the timer for the Long-Lived Stale Time expires".
TEST_CASE("another restart deletes nothing of what is kept for long, and keeps the rest with it") {
    Lab lab;
    lab.lose();
    lab.rib.long_lived_stale(lab.a, Family::Ipv4);
    lab.settle_others();
    lab.return_of_a();
    lab.announce(lab.a, {"10.1.0.0/16"}, attributes({64512, 64999}));
    lab.settle();
    CHECK_FALSE(lab.rib.find(prefix("10.1.0.0/16"))->paths[0].imported->has(kStale));
    lab.lose();
    lab.settle_others();
    for (const auto* const text : {"10.0.0.0/16", "10.1.0.0/16"}) {
        CAPTURE(text);
        const auto route = lab.rib.find(prefix(text));
        REQUIRE(route);
        CHECK(route->paths[0].imported->has(kStale));
        CHECK(lab.stale(text));
    }
    lab.return_of_a();
    lab.end_of_rib();
    lab.settle();
    CHECK(lab.events.forwarding.empty());
}

TEST_CASE("what is kept for long outlives any number of restarts, and what was dead stays dead") {
    Lab lab;
    lab.lose();
    lab.rib.long_lived_stale(lab.a, Family::Ipv4);
    const auto other = [](int i) { return attributes({64512, 64513U + unsigned(i % 2)}); };
    for (int i = 0; i < 350; ++i) {
        lab.return_of_a();
        lab.announce(lab.a, {"10.1.0.0/16"}, other(i));
        lab.lose();
        REQUIRE(lab.counts().received == 3);
    }
    lab.settle_others();
    CHECK(lab.events.forwarding.size() == 3);
    lab.return_of_a();
    lab.announce(lab.a, {"10.1.0.0/16"}, other(0));
    lab.end_of_rib();
    lab.settle();
    CHECK(lab.counts().received == 1);
    CHECK(lab.events.forwarding.size() == 1);
}

TEST_CASE("a session that told nothing costs no walk over the table") {
    Lab lab;
    lab.lose();
    const bool long_lived = GENERATE(false, true);
    if (long_lived) lab.rib.long_lived_stale(lab.a, Family::Ipv4);
    lab.settle_others();
    lab.rib.session_up(lab.a, RibLab::session(1));
    lab.work();
    lab.lose();
    CHECK_FALSE(lab.rib.has_work());
}

TEST_CASE("a route that comes marked long-lived stale is the last choice") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    auto marked = attributes({64512});
    marked.add(std::array{kStale});
    lab.announce(a, {"10.0.0.0/16"}, marked);
    lab.announce(b, {"10.0.0.0/16"}, attributes({64513, 64514}, "192.0.2.2"));
    lab.settle();
    CHECK(lab.rib.find(prefix("10.0.0.0/16"))->paths[0].neighbor == b);
}

TEST_CASE("a family that is held is taken in, and neither decided nor sent") {
    Lab lab;
    lab.rib.hold(Family::Ipv4);
    const auto c = lab.add(3, RibLab::external(64514));
    lab.announce(lab.a, {"10.8.0.0/16"}, attributes({64512}));
    lab.announce(lab.a, {"2001:db8:1::/48"}, attributes({64512}, "2001:db8::1"));
    lab.originate("10.99.0.0/16");
    lab.events.ready.clear();
    lab.settle();
    CHECK_FALSE(lab.rib.has_work());
    CHECK(lab.rib.undecided() == 0);
    CHECK_FALSE(lab.events.forwarding.contains(prefix("10.8.0.0/16")));
    CHECK(lab.events.forwarding.contains(prefix("2001:db8:1::/48")));
    CHECK(lab.peer(c).routes.size() == 1);
    CHECK(lab.peer(c).ends_of_rib == 1);  // of IPv6
    CHECK_FALSE(lab.rib.has_output(c));

    lab.events.ready.clear();
    lab.rib.release(Family::Ipv4);
    CHECK(lab.rib.undecided() > 0);
    lab.deliver(c);
    CHECK(lab.peer(c).ends_of_rib == 1);  // not before all is decided
    lab.work();
    CHECK(lab.events.ready.contains(c));
    lab.settle();
    CHECK(lab.events.forwarding.contains(prefix("10.8.0.0/16")));
    CHECK(lab.peer(c).routes.size() == 6);
    CHECK(lab.peer(c).ends_of_rib == 2);
}
