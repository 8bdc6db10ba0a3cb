// What a peer reads from the bytes: dumps, differences, refreshes, packing.
#include <algorithm>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

std::vector<net::Prefix> many(std::uint32_t count, std::uint32_t first = 0x0a000000) {
    std::vector<net::Prefix> result;
    for (std::uint32_t i = 0; i < count; ++i)
        result.emplace_back(net::IpAddress::v4(first + (i << 8)), 24);
    return result;
}

}  // namespace

TEST_CASE("a new session gets the table, then one End-of-RIB a family") {
    RibLab lab;
    lab.originate("10.0.0.0/16");
    lab.originate("2001:db8:1::/48");
    lab.work();
    const auto a = lab.add(1, RibLab::external(64512));
    CHECK(lab.events.ready.contains(a));
    CHECK(lab.rib.has_output(a));
    lab.settle();
    CHECK(lab.peer(a).log ==
          std::vector<std::string>{"+10.0.0.0/16", "EoR", "+2001:db8:1::/48", "EoR"});
    CHECK_FALSE(lab.rib.has_output(a));
}

TEST_CASE("without an export policy a session gets only End-of-RIB") {
    RibLab lab;
    lab.originate("10.0.0.0/16");
    auto settings = RibLab::external(64512);
    settings.export_policy = nullptr;
    const auto a = lab.add(1, settings);
    lab.settle();
    CHECK(lab.peer(a).log == std::vector<std::string>{"EoR", "EoR"});
}

TEST_CASE("output is announced once until it was taken") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.settle();
    lab.events.ready.clear();
    lab.originate("10.0.0.0/16");
    lab.work();
    CHECK(lab.events.ready.count(a) == 1);
    lab.settle();
    lab.events.ready.clear();
    lab.settle();
    CHECK(lab.events.ready.empty());
}

TEST_CASE("a prefix that changes a thousand times while the peer is slow is sent once") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.settle();
    const auto before = lab.peer(b).updates;
    for (AsNumber i = 1; i <= 1000; ++i) {
        lab.announce(a, {"10.0.0.0/16"}, attributes({64512, i}));
        lab.work();
    }
    lab.settle();
    CHECK(lab.peer(b).updates == before + 1);
    CHECK(lab.peer(b).routes.begin()->second.as_path == path_of({kOurAs, 64512, 1000}));
}

TEST_CASE("what comes and goes before it was sent is never sent") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.settle();
    const auto before = lab.peer(b).updates;
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    lab.withdraw(a, {"10.0.0.0/16"});
    lab.settle();
    CHECK(lab.peer(b).updates == before);
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 0);
}

TEST_CASE("a change that does not show in what is sent sends nothing") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    auto route = attributes({64512});
    lab.announce(a, {"10.0.0.0/16"}, route);
    lab.settle();
    const auto before = lab.peer(b).updates;
    route.med = 7;  // not passed to an external neighbor
    lab.announce(a, {"10.0.0.0/16"}, route);
    lab.settle();
    CHECK(lab.peer(b).updates == before);
}

TEST_CASE("withdrawals reach the peer, and the entry goes when the last peer has been told") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16", "10.1.0.0/16"}, attributes({64512}));
    lab.settle();
    lab.withdraw(a, {"10.0.0.0/16", "10.1.0.0/16"});
    lab.work();
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 2);
    lab.settle();
    CHECK(lab.peer(b).routes.empty());
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 0);
    CHECK(lab.rib.summary(net::Family::Ipv4).attribute_sets <= 2);  // remembered by the memo
}

TEST_CASE("no peer is told what a decision still due would change") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.work();
    SECTION("after a withdrawal") {
        lab.withdraw(a, {"10.0.0.0/16"});
    }
    SECTION("after the end of the session") {
        lab.rib.session_down(a);
    }
    lab.deliver(b);  // before any slice has run
    CHECK(lab.peer(b).routes.empty());
    CHECK(lab.peer(b).most_routes == 0);
}

TEST_CASE("ten thousand prefixes of one set of attributes are packed to the brim") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    lab.settle();
    const auto before = lab.peer(a).updates;
    for (const auto& one : many(10000))
        lab.rib.originate({one, LocalSource::Network, {}, UINT32_MAX, {}}, lab.now);
    lab.settle();
    CHECK(lab.peer(a).routes.size() == 10000);
    // About a thousand a message, in batches of 2048.
    CHECK(lab.peer(a).updates - before <= 15);
}

TEST_CASE("a small buffer stops the sending, and nothing is lost or sent twice") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    const auto prefixes = many(500);
    for (std::uint32_t i = 0; i < prefixes.size(); ++i)
        lab.announce(a, {prefixes[i]}, attributes({64512, 1 + i % 50}));
    lab.work();
    lab.deliver(b, 100);
    const auto& log = lab.peer(b).log;
    CHECK(lab.peer(b).routes.size() == 500);
    CHECK(log.size() == 502);
    CHECK(log.back() == "EoR");
    Buffer out;
    CHECK_FALSE(lab.rib.fill(b, out, 100));
    CHECK(out.empty());
}

TEST_CASE("a fill that only looks gives its turn back, and is called again") {
    RibLab lab;
    const auto b = lab.add(2, RibLab::external(64513));
    std::vector<net::Prefix> all;
    for (std::uint32_t n = 0; n < 20000; ++n)
        all.emplace_back(net::IpAddress::v4(0x0a000000U + (n << 8)), 24);
    lab.announce(b, all, attributes({64513}));
    lab.work();
    auto settings = RibLab::external(64512);
    settings.export_policy = only("10.78.31.0/24");  // the last one
    auto session = RibLab::session(1);
    session.families = {net::Family::Ipv4};
    const auto a = lab.add(1, settings, session);
    for (int turn = 0; turn < 2; ++turn) {
        lab.events.ready.clear();
        Buffer out;
        CHECK(lab.rib.fill(a, out, 1 << 16));
        CHECK(out.empty());
        CHECK(lab.events.ready.empty());
        CHECK(lab.rib.has_work());
        lab.rib.run_slice(100);
        CHECK(lab.events.ready.contains(a));
    }
    lab.settle();
    CHECK(lab.peer(a).log == std::vector<std::string>{"+10.78.31.0/24", "EoR"});
}

TEST_CASE("a refresh request gets everything again") {
    RibLab lab;
    lab.originate("10.0.0.0/16");
    auto session = RibLab::session(1);
    SECTION("plain") {
        const auto a = lab.add(1, RibLab::external(64512), session);
        lab.settle();
        lab.peer(a).log.clear();
        lab.rib.refresh_requested(a, net::Family::Ipv4);
        lab.settle();
        CHECK(lab.peer(a).log == std::vector<std::string>{"+10.0.0.0/16"});
    }
    SECTION("enhanced") {
        session.wire.enhanced_refresh = true;
        const auto a = lab.add(1, RibLab::external(64512), session);
        lab.rib.refresh_requested(a, net::Family::Ipv4);  // in the middle of the first dump
        lab.settle();
        CHECK(lab.peer(a).log == std::vector<std::string>{"+10.0.0.0/16", "EoR", "BoRR",
                                                          "+10.0.0.0/16", "EoRR", "EoR"});
        lab.peer(a).log.clear();
        lab.rib.refresh_requested(a, net::Family::Ipv6);
        lab.settle();
        CHECK(lab.peer(a).log == std::vector<std::string>{"BoRR", "EoRR"});
    }
}

TEST_CASE("a new export policy withdraws, announces, and leaves the rest alone") {
    RibLab lab;
    lab.originate("10.0.0.0/16");
    lab.originate("10.1.0.0/16");
    auto settings = RibLab::external(64512);
    const auto a = lab.add(1, settings);
    lab.settle();
    lab.peer(a).log.clear();

    settings.export_policy = only("10.0.0.0/16");
    lab.rib.set_neighbor(a, settings);
    lab.settle();
    CHECK(lab.peer(a).log == std::vector<std::string>{"-10.1.0.0/16"});

    settings.export_policy = nullptr;
    lab.rib.set_neighbor(a, settings);
    lab.settle();
    CHECK(lab.peer(a).routes.empty());

    settings.export_policy = accept_all();
    settings.export_communities = {Community::of(7224, 7300)};
    lab.rib.set_neighbor(a, settings);
    lab.settle();
    CHECK(lab.peer(a).routes.size() == 2);
    CHECK(lab.peer(a).routes.begin()->second.has(Community::of(7224, 7300)));
}

TEST_CASE("a route that outgrows a message is withdrawn and counted") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(b).routes.size() == 1);
    auto route = attributes({64512});
    const std::vector<std::uint8_t> value(4100, 7);
    std::vector<std::uint8_t> unknown{0xf0, 99, static_cast<std::uint8_t>(value.size() >> 8),
                                      static_cast<std::uint8_t>(value.size())};
    unknown.insert(unknown.end(), value.begin(), value.end());
    route.unknown = CompactArray<std::uint8_t>(std::span<const std::uint8_t>(unknown));
    lab.announce(a, {"10.0.0.0/16"}, route);
    lab.settle();
    CHECK(lab.peer(b).routes.empty());
    CHECK(lab.rib.counts(b, net::Family::Ipv4).unsendable == 1);
    CHECK(lab.rib.counts(b, net::Family::Ipv4).advertised == 0);
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(lab.peer(b).routes.size() == 1);
}

TEST_CASE("a soft clear out sends everything again") {
    RibLab lab;
    lab.originate("10.0.0.0/16");
    const auto a = lab.add(1, RibLab::external(64512));
    lab.settle();
    lab.peer(a).log.clear();
    lab.rib.soft_out(a, net::Family::Ipv4);
    lab.settle();
    CHECK(lab.peer(a).log == std::vector<std::string>{"+10.0.0.0/16"});
}

}  // namespace dx::bgp::test
