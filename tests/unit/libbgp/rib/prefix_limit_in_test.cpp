// Prefix limits in.
#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

RibNeighbor limited_in(std::uint32_t max, PrefixLimitIn::Action action) {
    auto neighbor = RibLab::external(64512);
    neighbor.limit_in[net::Family::Ipv4] = PrefixLimitIn{max, action};
    return neighbor;
}

using In = PrefixLimitIn::Action;

}  // namespace

TEST_CASE("what comes beyond the limit is kept out, and let in when there is room") {
    RibLab lab;
    const auto a = lab.add(1, limited_in(2, In::Discard));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    lab.work();
    CHECK(lab.events.forwarding.size() == 2);
    auto counts = lab.rib.counts(a, net::Family::Ipv4);
    CHECK(counts.received == 3);
    CHECK(counts.accepted == 2);
    CHECK(counts.discarded == 1);
    CHECK(lab.rib.find(prefix("10.2.0.0/16"))->paths[0].state == PathState::LimitExceeded);
    REQUIRE(lab.events.exceeded.size() == 1);
    CHECK(lab.events.exceeded[0].max == 2);
    CHECK_FALSE(lab.events.exceeded[0].restart);

    lab.announce(a, {"10.1.0.0/16"}, attributes({64512, 7}));  // one that is in stays in
    lab.work();
    CHECK(lab.events.forwarding.contains(prefix("10.1.0.0/16")));

    lab.withdraw(a, {"10.0.0.0/16"});
    lab.work();
    CHECK(lab.events.forwarding.size() == 2);
    CHECK(lab.events.forwarding.contains(prefix("10.2.0.0/16")));
    counts = lab.rib.counts(a, net::Family::Ipv4);
    CHECK(counts.accepted == 2);
    CHECK(counts.discarded == 0);
}

TEST_CASE("an excess that ended and comes again is told again") {
    RibLab lab;
    const auto a = lab.add(1, limited_in(2, In::Discard));
    for (const std::size_t times : {1, 2}) {
        lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
        lab.work();
        CHECK(lab.events.exceeded.size() == times);
        lab.withdraw(a, {"10.0.0.0/16"});
        lab.work();  // the third is in: the limit is reached, no more
        lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
        CHECK(lab.events.exceeded.size() == times);
        lab.withdraw(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"});
        lab.work();
    }
}

TEST_CASE("what the policy rejects does not count against the limit") {
    RibLab lab;
    auto settings = limited_in(1, In::Restart);
    settings.import_policy = only("10.2.0.0/16");
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    lab.work();
    CHECK(lab.events.exceeded.empty());
    CHECK(lab.events.forwarding.size() == 1);
}

TEST_CASE("with restart the owner is asked once a session to end it") {
    RibLab lab;
    const auto a = lab.add(1, limited_in(1, In::Restart));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    REQUIRE(lab.events.exceeded.size() == 1);
    CHECK(lab.events.exceeded[0].restart);
    lab.rib.session_down(a);
    lab.rib.session_up(a, RibLab::session(1));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    CHECK(lab.events.exceeded.size() == 1);
    CHECK(lab.events.forwarding.size() == 1);
    lab.announce(a, {"10.1.0.0/16"}, attributes({64512}));
    CHECK(lab.events.exceeded.size() == 2);
}

TEST_CASE("a changed limit acts on the session that is up") {
    RibLab lab;
    const auto a = lab.add(1, limited_in(3, In::Discard));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"},
                 attributes({64512}));
    lab.work();
    CHECK(lab.events.forwarding.size() == 3);
    lab.rib.set_neighbor(a, limited_in(1, In::Discard));
    lab.work();
    CHECK(lab.events.forwarding.size() == 1);
    lab.rib.set_neighbor(a, RibLab::external(64512));
    lab.work();
    CHECK(lab.events.forwarding.size() == 4);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).discarded == 0);
}

TEST_CASE("where a changed policy makes room, what was kept out is let in, wherever it stands") {
    RibLab lab;
    auto settings = limited_in(1, In::Discard);
    const auto a = lab.add(1, settings);
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.work();
    lab.withdraw(a, {"10.0.0.0/16"});
    lab.work();
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));  // kept out now, and first in the table
    lab.work();
    CHECK_FALSE(lab.events.forwarding.contains(prefix("10.0.0.0/16")));

    settings.import_policy = only("10.0.0.0/16");
    lab.rib.set_neighbor(a, settings);
    lab.work();
    CHECK(lab.events.forwarding.contains(prefix("10.0.0.0/16")));
    CHECK(lab.rib.counts(a, net::Family::Ipv4).discarded == 0);
}

TEST_CASE("a limit that was crossed does not hide that another one is") {
    RibLab lab;
    const auto a = lab.add(1, limited_in(2, In::Discard));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}, attributes({64512}));
    lab.work();
    REQUIRE(lab.events.exceeded.size() == 1);
    lab.rib.set_neighbor(a, limited_in(1000, In::Discard));
    lab.work();
    CHECK(lab.events.exceeded.size() == 1);
    lab.rib.set_neighbor(a, limited_in(2, In::Restart));
    lab.work();
    REQUIRE(lab.events.exceeded.size() == 2);
    CHECK(lab.events.exceeded[1].restart);

    const auto b = lab.add(2, limited_in(1, In::Discard));
    lab.announce(b, {"10.8.0.0/16", "10.9.0.0/16"}, attributes({64512}));
    REQUIRE(lab.events.exceeded.size() == 3);
    lab.rib.set_neighbor(b, limited_in(1, In::Restart));  // the action alone
    lab.work();
    REQUIRE(lab.events.exceeded.size() == 4);
    CHECK(lab.events.exceeded[3].restart);
    lab.rib.set_neighbor(b, limited_in(1, In::Restart));  // nothing
    lab.work();
    CHECK(lab.events.exceeded.size() == 4);
}

TEST_CASE("the owner hears once a session that the limit in is near, and again after a fall") {
    RibLab lab;
    const auto a = lab.add(1, limited_in(10, In::Discard));
    using Near = std::vector<RecordedEvents::Near>;
    std::vector<std::string> all;
    for (int i = 0; i < 10; ++i)
        all.push_back("10." + std::to_string(i) + ".0.0/16");
    const auto announce = [&](std::size_t from, std::size_t to) {
        for (auto i = from; i < to; ++i)
            lab.announce(a, {all[i].c_str()}, attributes({64512}));
        lab.work();
    };
    announce(0, 7);
    CHECK(lab.events.near_in.empty());
    announce(7, 10);
    CHECK(lab.events.near_in == Near{{a, 8, 10}});
    lab.withdraw(a, {"10.9.0.0/16"});
    announce(9, 10);
    CHECK(lab.events.near_in.size() == 1);  // a route that comes and goes is no news
    for (std::size_t i = 4; i < 10; ++i)
        lab.withdraw(a, {all[i].c_str()});
    announce(4, 10);
    CHECK(lab.events.near_in.size() == 2);
    lab.rib.set_neighbor(a, limited_in(9, In::Discard));  // another limit
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512, 7}));
    lab.work();
    CHECK(lab.events.near_in.size() == 3);
    CHECK(lab.events.near_in.back().max == 9);
}

}  // namespace dx::bgp::test
