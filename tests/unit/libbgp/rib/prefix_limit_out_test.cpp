// Prefix limits out.
#include <random>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

RibNeighbor limited_out(std::uint32_t max, PrefixLimitOut::Order order) {
    auto neighbor = RibLab::external(64512);
    neighbor.limit_out[net::Family::Ipv4] = PrefixLimitOut{max, order, 80};
    return neighbor;
}

std::vector<std::string> names(const Peer& peer) {
    std::vector<std::string> result;
    for (const auto& [one, _] : peer.routes)
        result.push_back(one.to_string());
    return result;
}

using Names = std::vector<std::string>;
using Out = PrefixLimitOut::Order;

}  // namespace

TEST_CASE("shorter prefixes go out first, and the rest is held back and shown") {
    RibLab lab;
    for (const auto* one : {"10.9.0.0/24", "10.3.0.0/16", "10.1.0.0/16", "10.2.0.0/16"})
        lab.originate(one);
    const auto a = lab.add(1, limited_out(2, Out::ShortestFirst));
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.1.0.0/16", "10.2.0.0/16"});
    CHECK(lab.peer(a).most_routes == 2);
    CHECK(lab.peer(a).log.size() == 4);  // two routes and two End-of-RIBs: no detours
    CHECK(lab.rib.counts(a, net::Family::Ipv4).held_back == 2);
    CHECK(lab.events.reached == 1);

    std::vector<std::string> held;
    RouteWalk walk(net::Family::Ipv4, {WalkOf::Kind::HeldBackFrom, a});
    lab.rib.walk(walk, 10,
                 [&](const RouteView& route) { held.push_back(route.prefix.to_string()); });
    CHECK(held == Names{"10.3.0.0/16", "10.9.0.0/24"});

    lab.originate("10.0.0.0/8");  // goes before all of them
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.0.0.0/8", "10.1.0.0/16"});
    CHECK(lab.peer(a).most_routes == 2);

    lab.rib.withdraw(LocalSource::Network, prefix("10.1.0.0/16"));
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.0.0.0/8", "10.2.0.0/16"});
    CHECK(lab.peer(a).most_routes == 2);
}

TEST_CASE("networks go out in the order of the configuration, before what was learnt") {
    RibLab lab;
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(b, {"10.0.0.0/8"}, attributes({64513}));
    lab.originate("10.9.0.0/16", 0);
    lab.originate("10.8.0.0/16", 1);
    lab.originate("10.7.0.0/16", 2);
    const auto a = lab.add(1, limited_out(2, Out::Configured));
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.8.0.0/16", "10.9.0.0/16"});
    lab.originate("10.7.0.0/16", 0);
    lab.originate("10.9.0.0/16", 2);
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.7.0.0/16", "10.8.0.0/16"});
    CHECK(lab.peer(a).most_routes == 2);
}

TEST_CASE("a network that is one no longer loses its place to one that is") {
    RibLab lab;
    const auto b = lab.add(2, RibLab::external(64513));
    lab.announce(b, {"10.8.0.0/16"}, attributes({64513}));
    lab.originate("10.8.0.0/16", 0);
    lab.originate("10.9.0.0/16", 1);
    const auto a = lab.add(1, limited_out(1, Out::Configured));
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.8.0.0/16"});
    lab.rib.withdraw(LocalSource::Network, prefix("10.8.0.0/16"));
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.9.0.0/16"});
    CHECK(lab.rib.counts(a, net::Family::Ipv4).held_back == 1);
    CHECK(lab.peer(a).most_routes == 1);
}

TEST_CASE("of thousands that wait, the next one is always the first, and work comes in slices") {
    constexpr std::uint32_t kRoutes = 5000;
    RibLab lab;
    const auto b = lab.add(2, RibLab::external(64513));
    const auto numbered = [](std::uint32_t n) {
        return net::Prefix(net::IpAddress::v4(0x0a000000U + (n << 8)), 24);
    };
    std::vector<net::Prefix> all;
    for (std::uint32_t n = kRoutes; n-- > 0;)
        all.push_back(numbered(n));
    lab.announce(b, all, attributes({64513}));
    const auto a = lab.add(1, limited_out(3, Out::ShortestFirst));
    int slices = 0;
    while (lab.rib.run_slice(100) || lab.rib.has_output(a)) {
        ++slices;
        if (lab.rib.has_output(a)) lab.deliver(a);
    }
    CHECK(slices > 50);
    CHECK(names(lab.peer(a)) == Names{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"});
    CHECK(lab.rib.counts(a, net::Family::Ipv4).end_of_rib_sent);
    for (std::uint32_t n = 0; n + 3 < kRoutes; n += 200) {
        std::vector<net::Prefix> gone;
        for (std::uint32_t i = n; i < n + 200 && i + 3 < kRoutes; ++i)
            gone.push_back(numbered(i));
        lab.withdraw(b, gone);
        lab.settle();
        const auto next = numbered(n + static_cast<std::uint32_t>(gone.size()));
        REQUIRE(lab.peer(a).routes.size() == 3);
        CHECK(lab.peer(a).routes.begin()->first == next);
    }
    CHECK(lab.peer(a).most_routes == 3);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).held_back == 0);
    lab.rib.session_down(a);
    lab.rib.session_down(b);
    lab.work();
    CHECK(lab.rib.summary(net::Family::Ipv4).entries == 0);
}

TEST_CASE("an End-of-RIB waits until places are given out") {
    RibLab lab;
    for (const auto* one : {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"})
        lab.originate(one);
    lab.work();
    const auto a = lab.add(1, limited_out(1, Out::ShortestFirst));
    Buffer out;
    lab.rib.fill(a, out, 1 << 20);
    lab.peer(a).read(out);
    CHECK(lab.peer(a).ends_of_rib == 1);  // of IPv6, where nothing is to be chosen
    CHECK_FALSE(lab.rib.counts(a, net::Family::Ipv4).end_of_rib_sent);
    lab.settle();
    CHECK(lab.peer(a).log == std::vector<std::string>{"EoR", "+10.1.0.0/16", "EoR"});
}

TEST_CASE("the limit out may change while the session is up") {
    RibLab lab;
    for (const auto* one : {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"})
        lab.originate(one);
    const auto a = lab.add(1, RibLab::external(64512));
    lab.settle();
    CHECK(lab.peer(a).routes.size() == 3);
    lab.rib.set_neighbor(a, limited_out(1, Out::ShortestFirst));
    lab.settle();
    CHECK(names(lab.peer(a)) == Names{"10.1.0.0/16"});
    CHECK(lab.rib.counts(a, net::Family::Ipv4).held_back == 2);
    lab.rib.set_neighbor(a, limited_out(0, Out::ShortestFirst));
    lab.settle();
    CHECK(lab.peer(a).routes.empty());
    lab.rib.set_neighbor(a, RibLab::external(64512));
    lab.settle();
    CHECK(lab.peer(a).routes.size() == 3);
    CHECK(lab.rib.counts(a, net::Family::Ipv4).held_back == 0);
}

TEST_CASE("a lowered limit out holds for what was to be sent, too") {
    RibLab lab;
    constexpr std::size_t kRoutes = 4000, kLowered = 20;
    for (std::size_t n = 0; n < kRoutes; ++n)
        lab.originate("10." + std::to_string(n / 200) + "." + std::to_string(n % 200) + ".0/24");
    const auto a = lab.add(1, limited_out(kRoutes, Out::ShortestFirst));
    lab.work();
    Buffer piece;
    lab.rib.fill(a, piece, 1);  // the peer reads slowly
    lab.peer(a).read(piece);
    const auto had = lab.peer(a).routes.size();
    REQUIRE(had > 0);
    REQUIRE(had < kRoutes);
    lab.rib.set_neighbor(a, limited_out(kLowered, Out::ShortestFirst));
    lab.settle();
    CHECK(lab.peer(a).routes.size() == kLowered);
    CHECK(lab.peer(a).most_routes == std::max(had, kLowered));
}

TEST_CASE("the owner hears each time that the limit comes near, is reached, and all fit again") {
    RibLab lab;
    const auto a = lab.add(1, limited_out(20, Out::ShortestFirst));
    int have = 0;
    const auto network = [](int n) { return "10." + std::to_string(n) + ".0.0/16"; };
    const auto told = [&](int wanted) {
        for (; have < wanted; ++have)
            lab.originate(network(have).c_str());
        for (; have > wanted; --have)
            lab.rib.withdraw(LocalSource::Network, prefix(network(have - 1)));
        lab.settle();
        return std::tuple(lab.events.near, lab.events.reached, lab.events.fits.size());
    };
    using Told = std::tuple<int, int, std::size_t>;
    CHECK(told(16) == Told{1, 0, 0});
    CHECK(told(15) == Told{1, 0, 0});
    CHECK(told(16) == Told{1, 0, 0});  // no news
    CHECK(told(14) == Told{1, 0, 0});
    CHECK(told(18) == Told{2, 0, 0});
    CHECK(told(22) == Told{2, 1, 0});
    CHECK(told(21) == Told{2, 1, 0});
    CHECK(told(20) == Told{2, 1, 1});
    CHECK(lab.events.fits.back() == 20);
    CHECK(told(21) == Told{2, 2, 1});
    CHECK(told(3) == Told{2, 2, 2});
    CHECK(lab.events.fits.back() == 3);
    CHECK(std::get<1>(told(22)) == 3);
    CHECK(lab.peer(a).routes.size() == 20);

    lab.rib.set_neighbor(a, limited_out(40, Out::ShortestFirst));
    lab.settle();
    CHECK(lab.events.fits.back() == 22);
}

TEST_CASE("a limit that was reached is told again where another one is, until all fit") {
    RibLab lab;
    const auto a = lab.add(1, limited_out(20, Out::ShortestFirst));
    for (int n = 0; n < 30; ++n)
        lab.originate(("10." + std::to_string(n) + ".0.0/16").c_str());
    const auto told_with = [&](const RibNeighbor& settings) {
        lab.rib.set_neighbor(a, settings);
        lab.settle();
        return std::tuple(lab.events.near, lab.events.reached, lab.events.fits.size());
    };
    using Told = std::tuple<int, int, std::size_t>;
    CHECK(told_with(limited_out(20, Out::ShortestFirst)) == Told{0, 1, 0});
    CHECK(told_with(limited_out(24, Out::ShortestFirst)) == Told{0, 2, 0});
    CHECK(told_with(limited_out(22, Out::ShortestFirst)) == Told{0, 3, 0});
    CHECK(told_with(RibLab::external(64512)) == Told{0, 3, 1});
    CHECK(lab.events.fits.back() == 30);
    CHECK(told_with(limited_out(22, Out::ShortestFirst)) == Told{0, 4, 1});
}

TEST_CASE("that all fit again is told in the next session, if that is when they do") {
    RibLab lab;
    const auto settings = limited_out(2, Out::ShortestFirst);
    for (const auto* one : {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"})
        lab.originate(one);
    const auto a = lab.add(1, settings);
    lab.settle();
    CHECK(lab.events.reached == 1);
    lab.rib.session_down(a);
    lab.add(1, settings);
    lab.settle();
    CHECK(lab.events.reached == 1);  // no news
    CHECK(lab.events.fits.empty());
    lab.rib.session_down(a);
    lab.rib.withdraw(LocalSource::Network, prefix("10.3.0.0/16"));
    lab.add(1, settings);
    lab.settle();
    CHECK(lab.events.fits == std::vector<std::uint32_t>{2});

    lab.originate("10.4.0.0/16");
    lab.settle();
    CHECK(lab.events.reached == 2);
    lab.rib.remove_neighbor(a);
    lab.add(1, settings);  // another one
    lab.settle();
    CHECK(lab.events.reached == 3);
}

TEST_CASE("the owner is warned once when the limit is near") {
    RibLab lab;
    const auto a = lab.add(1, limited_out(5, Out::ShortestFirst));
    for (const auto* one : {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"})
        lab.originate(one);
    lab.settle();
    CHECK(lab.events.near == 0);
    lab.originate("10.4.0.0/16");
    lab.settle();
    CHECK(lab.events.near == 1);
    lab.originate("10.5.0.0/16");
    lab.settle();
    CHECK(lab.events.near == 1);
    CHECK(lab.events.reached == 0);
    CHECK(lab.peer(a).routes.size() == 5);

    lab.originate("10.6.0.0/16");
    lab.settle();
    CHECK(lab.events.reached == 1);

    // A raised limit is another one.
    lab.rib.set_neighbor(a, limited_out(7, Out::ShortestFirst));
    lab.settle();
    CHECK(lab.events.near == 2);
    for (const auto* one : {"10.7.0.0/16", "10.8.0.0/16"})
        lab.originate(one);
    lab.settle();
    CHECK(lab.events.reached == 2);
    CHECK(lab.events.near == 2);
}

TEST_CASE("whatever happens, a reader of the bytes never sees more than the limit") {
    for (const std::uint32_t seed : {1, 2, 3, 4, 5, 6}) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto dice = [&](std::uint32_t below) {
            return static_cast<std::uint32_t>(random() % below);
        };
        RibLab lab;
        const auto a = lab.add(1, limited_out(7, seed % 2 ? Out::ShortestFirst : Out::Configured));
        const auto b = lab.add(2, RibLab::external(64513));
        std::map<net::Prefix, PathAttributes> truth;
        for (int step = 0; step < 600; ++step) {
            const net::Prefix one(net::IpAddress::v4(0x0a000000U + (dice(24) << 16)),
                                  static_cast<std::uint8_t>(16 + dice(3)));
            if (dice(3)) {
                auto with = attributes({64513, 1 + dice(4)});
                truth[one] = with;
                lab.announce(b, {one}, with);
            } else {
                truth.erase(one);
                lab.withdraw(b, {one});
            }
            if (dice(4) == 0) lab.rib.run_slice(1 + dice(5));
            if (dice(50) == 0) lab.rib.refresh_requested(a, net::Family::Ipv4);
            if (dice(6) == 0) {
                Buffer out;
                lab.rib.fill(a, out, 1 + dice(300));
                lab.peer(a).read(out);
            }
            REQUIRE(lab.peer(a).most_routes <= 7);
        }
        lab.settle();
        CHECK(lab.peer(a).most_routes <= 7);
        // And in the end it has exactly the first seven by the stated order.
        std::vector<std::pair<int, net::Prefix>> order;
        for (const auto& [one, _] : truth)
            order.emplace_back(seed % 2 ? one.length() : 0, one);
        std::sort(order.begin(), order.end());
        order.resize(std::min<std::size_t>(order.size(), 7));
        std::set<net::Prefix> expected;
        for (const auto& [_, one] : order)
            expected.insert(one);
        std::set<net::Prefix> seen;
        for (const auto& [one, with] : lab.peer(a).routes) {
            seen.insert(one);
            CHECK(with.as_path == truth[one].as_path.prepended(kOurAs));
        }
        CHECK(seen == expected);
        CHECK(lab.rib.counts(a, net::Family::Ipv4).held_back == truth.size() - expected.size());
    }
}

}  // namespace dx::bgp::test
