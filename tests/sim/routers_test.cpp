// Whole routers talking to each other: convergence, failover and back, restart.
#include <set>

#include "tests/sim/sim_network.hpp"
#include "tests/support/catch.hpp"

namespace dx::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kSettled = 10s;  // no network of these needs longer, dialling again included
constexpr std::uint32_t kSeeds = 40;

std::set<std::string> prefixes(const SimRouter& router) {
    std::set<std::string> result;
    for (const auto& [prefix, entry] : router.table())
        result.insert(prefix.to_string());
    return result;
}

// What forwarding was told change by change must be what the table says.
bool told_all(const SimRouter& router) {
    std::map<net::Prefix, bgp::ForwardingSet> wanted;
    for (const auto& [prefix, entry] : router.table())
        if (!entry.forwarding.best.empty()) wanted.emplace(prefix, entry.forwarding);
    return wanted == router.forwarding();
}

std::string path(const SimRouter& router, const std::string& prefix) {
    const auto table = router.table();
    const auto found = table.find(*net::Prefix::parse(prefix));
    return found == table.end() ? "none" : found->second.paths.front().second;
}

bgp::NeighborId best(const SimRouter& router, const std::string& prefix) {
    return router.forwarding().at(*net::Prefix::parse(prefix)).best.front().neighbor;
}

struct Pair {
    explicit Pair(std::uint32_t seed, const CircuitSettings& settings = {})
        : simulation(seed),
          a(simulation.router(65001)),
          b(simulation.router(64512)),
          circuit(simulation.connect(a, b, settings)) {
        a.announce("10.1.0.0/16");
        for (int i = 0; i < 60; ++i)
            b.announce("10.2." + std::to_string(i) + ".0/24");
        simulation.switch_on();
    }

    Simulation simulation;
    SimRouter& a;
    SimRouter& b;
    Circuit circuit;
};

TEST_CASE("two routers converge and exchange their networks") {
    Pair pair(1);
    pair.simulation.clock.run_for(kSettled);
    CHECK(pair.circuit.established());
    CHECK(prefixes(pair.a).size() == 61);
    CHECK(prefixes(pair.a) == prefixes(pair.b));
    CHECK(path(pair.b, "10.1.0.0/16") == "65001");
    CHECK(path(pair.a, "10.2.59.0/24") == "64512");
    CHECK(told_all(pair.a));
}

TEST_CASE("a chain of three routers propagates and withdraws") {
    Simulation simulation(2);
    auto& first = simulation.router(65001);
    auto& middle = simulation.router(65002);
    auto& last = simulation.router(65003);
    simulation.connect(first, middle);
    const auto second = simulation.connect(middle, last);
    first.announce("10.1.0.0/16");
    simulation.switch_on();
    simulation.clock.run_for(kSettled);
    CHECK(path(last, "10.1.0.0/16") == "65002 65001");

    first.withdraw("10.1.0.0/16");
    first.announce("10.9.0.0/16");
    simulation.clock.run_for(1s);
    CHECK(prefixes(last) == std::set<std::string>{"10.9.0.0/16"});

    second.set_up(false);
    simulation.clock.run_for(1s);
    CHECK(prefixes(last).empty());
    CHECK(last.forwarding().empty());
    CHECK(prefixes(middle) == std::set<std::string>{"10.9.0.0/16"});
}

TEST_CASE("traffic fails over to the second circuit and comes back to the preferred one") {
    Simulation simulation(3);
    auto& customer = simulation.router(65001);
    auto& provider = simulation.router(64512);
    const auto preferred = simulation.connect(customer, provider, {{200, {}}});
    const auto second = simulation.connect(customer, provider, {{100, {}}});
    provider.announce("10.2.0.0/16");
    simulation.switch_on();
    simulation.clock.run_for(kSettled);
    CHECK(best(customer, "10.2.0.0/16") == preferred.ids[0]);
    const auto before = simulation.tables();

    preferred.set_up(false);
    simulation.clock.run_for(100ms);
    CHECK(best(customer, "10.2.0.0/16") == second.ids[0]);

    preferred.set_up(true);
    simulation.clock.run_for(kSettled);
    CHECK(best(customer, "10.2.0.0/16") == preferred.ids[0]);
    CHECK(simulation.tables() == before);
}

TEST_CASE("a peer that restarts without a word leaves no stale routes") {
    Pair pair(4);
    pair.simulation.clock.run_for(kSettled);
    pair.b.switch_off();
    for (int i = 1; i < 60; ++i)
        pair.b.withdraw("10.2." + std::to_string(i) + ".0/24");
    pair.simulation.clock.run_for(2s);
    CHECK(prefixes(pair.a).size() == 61);  // nothing has told it yet

    pair.b.switch_on();
    pair.simulation.clock.run_for(kSettled);
    CHECK(pair.circuit.peering(0).sessions() == 2);
    CHECK(prefixes(pair.a) == std::set<std::string>{"10.1.0.0/16", "10.2.0.0/24"});
    CHECK(pair.a.table().at(*net::Prefix::parse("10.2.0.0/24")).paths.size() == 1);
    CHECK(prefixes(pair.b) == prefixes(pair.a));
    CHECK(told_all(pair.a));
}

TEST_CASE("a router between two restarts and nobody beyond it notices") {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        CAPTURE(seed);
        Simulation simulation(seed);
        auto& first = simulation.router(65001);
        auto& middle = simulation.router(65002);
        auto& last = simulation.router(65003);
        const CircuitSettings graceful{.restart_time = 30s};
        const auto one = simulation.connect(first, middle, graceful);
        const auto two = simulation.connect(middle, last, graceful);
        last.announce("10.3.0.0/16");
        middle.announce("10.2.0.0/16");
        middle.announce("10.22.0.0/16");
        simulation.switch_on();
        simulation.clock.run_for(kSettled);
        const auto kept = first.forwarding().at(*net::Prefix::parse("10.3.0.0/16"));

        middle.switch_off();
        middle.withdraw("10.22.0.0/16");
        simulation.clock.run_for(1s);
        middle.switch_on_again();
        for (int step = 0; step < 4'000; ++step) {
            simulation.clock.run_for(5ms);
            const auto& used = first.forwarding();
            const auto found = used.find(*net::Prefix::parse("10.3.0.0/16"));
            REQUIRE(found != used.end());
            REQUIRE(found->second == kept);
        }
        // Both sides dial: what came up first may be closed as the collision's loser.
        CHECK(one.peering(0).sessions() >= 2);
        CHECK(prefixes(first) == std::set<std::string>{"10.2.0.0/16", "10.3.0.0/16"});
        CHECK(prefixes(middle) == prefixes(first));
        CHECK(prefixes(last) == prefixes(first));
        for (const auto* router : {&first, &middle, &last})
            CHECK(told_all(*router));
    }
}

TEST_CASE("a router that restarts and does not come back in time is forgotten") {
    Pair pair(7, {.hold_time = 9s, .restart_time = 5s});
    pair.simulation.clock.run_for(kSettled);
    pair.b.switch_off();
    pair.a.announce("10.8.0.0/16");
    pair.simulation.clock.run_for(10s);  // the hold timer, which keeps routes where both say N
    CHECK_FALSE(pair.circuit.peering(0).established());
    CHECK(prefixes(pair.a).size() == 62);
    pair.simulation.clock.run_for(5s);
    CHECK(prefixes(pair.a) == std::set<std::string>{"10.1.0.0/16", "10.8.0.0/16"});
    CHECK(told_all(pair.a));
    pair.b.switch_on();
    pair.simulation.clock.run_for(15s);
    CHECK(prefixes(pair.a).size() == 62);
}

TEST_CASE("simultaneous dialling ends in one connection, whatever overtakes what") {
    const auto expected = [] {
        Pair pair(0);
        pair.simulation.clock.run_for(kSettled);
        return pair.simulation.tables();
    }();
    // RFC 4271 6.8 leaves a gap: one side is Established and keeps that connection while the other,
    // still in OpenConfirm, decides for the second one. Then both go, and the neighbors dial again.
    std::uint32_t dialled_again = 0;
    for (std::uint32_t seed = 1; seed <= 5 * kSeeds; ++seed) {
        CAPTURE(seed);
        Pair pair(seed);
        pair.simulation.clock.run_for(200ms);  // a handshake and no timer
        if (!pair.circuit.established()) ++dialled_again;
        pair.simulation.clock.run_for(kSettled);
        REQUIRE(pair.circuit.established());
        CHECK(pair.circuit.peering(0).connections() == 1);
        CHECK(pair.circuit.peering(1).connections() == 1);
        CHECK(pair.circuit.peering(0).sessions() <= 2);
        CHECK(pair.circuit.peering(1).sessions() <= 2);
        CHECK(pair.simulation.tables() == expected);
    }
    CAPTURE(dialled_again);
    CHECK(dialled_again <= kSeeds / 10);
}

TEST_CASE("a byte stream in small pieces gives the same tables") {
    Pair whole(5);
    whole.simulation.clock.run_for(kSettled);
    for (const std::uint32_t max_fragment : {1, 7, 30}) {
        CAPTURE(max_fragment);
        CircuitSettings settings;
        settings.max_fragment = max_fragment;
        Pair pieces(5, settings);
        pieces.simulation.clock.run_for(kSettled);
        CHECK(pieces.simulation.tables() == whole.simulation.tables());
    }
}

TEST_CASE("a silent peer is given up exactly after the hold time") {
    CircuitSettings settings;
    settings.hold_time = 9s;
    Pair pair(6, settings);
    pair.simulation.clock.run_for(60s);
    REQUIRE(pair.circuit.established());
    pair.circuit.link->cut();
    pair.simulation.clock.run_for(10s);
    for (const std::size_t side : {0, 1}) {
        auto& peering = pair.circuit.peering(side);
        CHECK_FALSE(peering.established());
        CHECK(peering.sessions() == 1);
        REQUIRE(peering.down_at());
        CHECK(*peering.down_at() - peering.last_heard() == 9s);
    }
    CHECK(prefixes(pair.a) == std::set<std::string>{"10.1.0.0/16"});

    pair.circuit.link->heal();
    pair.simulation.clock.run_for(20s);
    CHECK(pair.circuit.established());
    CHECK(prefixes(pair.a).size() == 61);
}

// Two sites with a router each, two circuits to a provider with two routers, and another network
// behind that one; the first circuit is preferred from our side.
struct TwoSites {
    explicit TwoSites(std::uint32_t seed) : simulation(seed) {
        for (const bgp::AsNumber as : {65001, 65001, 64512, 64512, 65100})
            routers.push_back(&simulation.router(as));
        CircuitSettings settings;
        settings.hold_time = 9s;
        settings.max_fragment = 50;
        const auto connect = [&](std::size_t a, std::size_t b,
                                 std::optional<std::uint32_t> preference = {}) {
            settings.local_pref[0] = preference;
            circuits.push_back(simulation.connect(*routers[a], *routers[b], settings));
        };
        connect(0, 1);
        connect(2, 3);
        connect(0, 2, 200);
        connect(1, 3, 100);
        connect(2, 4);
        connect(3, 4);
        for (std::size_t i = 0; i < routers.size(); ++i)
            for (int n = 0; n < 3; ++n)
                routers[i]->announce(network(i, n));
        simulation.switch_on();
    }

    static std::string network(std::size_t router, int number) {
        return "10." + std::to_string(router) + "." + std::to_string(number) + ".0/24";
    }

    void disturb() {
        auto& clock = simulation.clock;
        const auto chance = [&clock](std::size_t count) {
            return clock.random(0, static_cast<std::uint32_t>(count) - 1);
        };
        const auto& circuit = circuits[chance(circuits.size())];
        const auto which = chance(routers.size());
        auto& router = *routers[which];
        const auto for_a_while = [&] { clock.run_for(Time(clock.random(1, 12'000))); };
        switch (chance(5)) {
            case 0: circuit.set_up(false); break;
            case 1: circuit.set_up(true); break;
            case 2:  // nobody sees it, and it may last longer than the hold time
                circuit.link->cut();
                for_a_while();
                circuit.link->heal();
                break;
            case 3:
                router.switch_off();
                for_a_while();
                router.switch_on();
                break;
            case 4:
                router.withdraw(network(which, 0));
                for_a_while();
                router.announce(network(which, 0));
                break;
        }
        clock.run_for(Time(clock.random(0, 200)));
    }

    Simulation simulation;
    std::vector<SimRouter*> routers;
    std::vector<Circuit> circuits;
};

TEST_CASE("after any disturbances the tables are those of a fresh network") {
    const auto expected = [] {
        TwoSites fresh(0);
        fresh.simulation.clock.run_for(60s);
        return fresh.simulation.tables();
    }();
    REQUIRE(expected[0].size() == 15);
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        CAPTURE(seed);
        TwoSites network(seed);
        for (int i = 0; i < 20; ++i)
            network.disturb();
        for (const auto& circuit : network.circuits)
            circuit.set_up(true);
        network.simulation.clock.run_for(120s);
        REQUIRE(network.simulation.tables() == expected);
        for (const auto* router : network.routers)
            CHECK(told_all(*router));
    }
}

}  // namespace
}  // namespace dx::sim
