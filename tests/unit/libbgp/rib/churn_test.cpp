// Whatever happened, in whatever slices: in the end everything is as if only the outcome had been
// told to a fresh table.
#include <array>
#include <random>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

constexpr std::uint8_t kNeighbors = 5;  // 1..4 external, 5 internal; 9 only listens

using Routes = std::map<net::Prefix, PathAttributes>;

struct Outcome {
    std::map<net::Prefix, ForwardingSet> forwarding;
    std::map<NeighborId, Routes> at_peers;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

// What is true, apart from how it came about.
struct World {
    std::array<std::optional<Routes>, kNeighbors + 1> sessions;  // by neighbor; none: down
    std::array<RibNeighbor, kNeighbors + 1> settings;
    std::set<net::Prefix> networks;
    std::set<net::IpAddress> unreachable;
    std::uint32_t maximum_paths = 1;
};

RibNeighbor settings_of(std::uint8_t n) {
    return n == 5 ? RibLab::internal() : RibLab::external(64510U + n);
}

Outcome outcome_of(RibLab& lab) {
    lab.settle();
    Outcome outcome;
    for (const auto& [one, set] : lab.events.forwarding)
        outcome.forwarding[one] = lab.rib.forwarding_set(set);
    for (const auto& [id, peer] : lab.peers)
        outcome.at_peers[id] = peer.routes;
    return outcome;
}

Outcome told_at_once(const World& world) {
    RibLab lab(world.maximum_paths);
    lab.events.unreachable = world.unreachable;
    for (std::uint8_t n = 1; n <= kNeighbors; ++n)
        if (world.sessions[n]) lab.add(n, world.settings[n]);
    lab.add(9, RibLab::external(65009));
    for (const auto& one : world.networks)
        lab.originate(one.to_string());
    for (std::uint8_t n = kNeighbors; n >= 1; --n)
        if (world.sessions[n])
            for (const auto& [one, with] : *world.sessions[n])
                lab.announce(NeighborId{n}, {one}, with);
    return outcome_of(lab);
}

class Churn {
public:
    explicit Churn(std::uint32_t seed) : random_(seed) {
        for (std::uint8_t n = 1; n <= kNeighbors; ++n)
            world_.settings[n] = settings_of(n);
        lab_.add(9, RibLab::external(65009));
    }

    void step() {
        static constexpr std::array<void (Churn::*)(), 16> kSteps{
            &Churn::announce, &Churn::announce,  &Churn::announce, &Churn::announce,
            &Churn::announce, &Churn::announce,  &Churn::withdraw, &Churn::withdraw,
            &Churn::session,  &Churn::network,   &Churn::next_hop, &Churn::policy,
            &Churn::paths,    &Churn::refreshed, &Churn::slice,    &Churn::read};
        (this->*kSteps[dice(kSteps.size())])();
    }

    void check() { CHECK(outcome_of(lab_) == told_at_once(world_)); }

    void end_all() {
        for (std::uint8_t n = 1; n <= kNeighbors; ++n)
            if (world_.sessions[n]) end(n);
        for (const auto& one : world_.networks)
            lab_.rib.withdraw(LocalSource::Network, one);
        lab_.settle();
        CHECK(lab_.rib.summary(net::Family::Ipv4).entries == 0);
        CHECK(lab_.rib.summary(net::Family::Ipv4).paths == 0);
        CHECK(lab_.peer(NeighborId{9}).routes.empty());
        CHECK(lab_.events.forwarding.empty());
        lab_.rib.remove_neighbor(NeighborId{9});
        lab_.work();
        CHECK(lab_.rib.summary(net::Family::Ipv4).attribute_sets == 0);
        CHECK(lab_.events.wanted.empty());
    }

private:
    std::uint32_t dice(std::size_t below) { return static_cast<std::uint32_t>(random_() % below); }

    std::uint8_t neighbor() { return static_cast<std::uint8_t>(1 + dice(kNeighbors)); }

    net::Prefix any_prefix() { return {net::IpAddress::v4(0x0a000000U + (dice(12) << 16)), 16}; }

    PathAttributes any_attributes(std::uint8_t n) {
        const auto as = world_.settings[n].remote_as;
        auto with = n == 5 ? attributes({1 + dice(2), 9}) : attributes({as, 1 + dice(3)});
        with.next_hop.address = net::IpAddress::v4(0xc0000200U + n * 4U + dice(2));
        if (dice(2)) with.med = dice(3);
        if (n == 5) with.local_pref = 100 + dice(2);
        return with;
    }

    void announce() {
        const auto n = neighbor();
        if (!world_.sessions[n]) return;
        const auto one = any_prefix();
        const auto with = any_attributes(n);
        (*world_.sessions[n])[one] = with;
        lab_.announce(NeighborId{n}, {one}, with);
    }

    void withdraw() {
        const auto n = neighbor();
        if (!world_.sessions[n]) return;
        const auto one = any_prefix();
        world_.sessions[n]->erase(one);
        lab_.withdraw(NeighborId{n}, {one});
    }

    void session() {
        const auto n = neighbor();
        if (world_.sessions[n] && dice(3) == 0) return end(n);
        world_.sessions[n].emplace();
        lab_.add(n, world_.settings[n]);
    }

    void end(std::uint8_t n) {
        world_.sessions[n].reset();
        lab_.rib.session_down(NeighborId{n});
        lab_.peers.erase(NeighborId{n});
    }

    void network() {
        const auto one = any_prefix();
        if (world_.networks.insert(one).second) return lab_.originate(one.to_string());
        world_.networks.erase(one);
        lab_.rib.withdraw(LocalSource::Network, one);
    }

    void next_hop() {
        const auto at = net::IpAddress::v4(0xc0000200U + neighbor() * 4U + dice(2));
        const bool down = world_.unreachable.insert(at).second;
        if (!down) world_.unreachable.erase(at);
        lab_.events.unreachable = world_.unreachable;
        lab_.rib.next_hop_changed({at, kLocalRoutes}, {!down, 0});
    }

    void policy() {
        const auto n = neighbor();
        auto& settings = world_.settings[n];
        settings = settings_of(n);
        if (dice(3) == 0) settings.import_policy = only(any_prefix().to_string());
        if (dice(3) == 0) settings.export_policy = only(any_prefix().to_string());
        if (dice(3) == 0) settings.import_local_pref = 200;
        if (dice(3) == 0) settings.export_communities = {Community::of(7224, 7300)};
        if (world_.sessions[n]) lab_.rib.set_neighbor(NeighborId{n}, settings);
    }

    void paths() {
        world_.maximum_paths = 1 + dice(3);
        lab_.rib.set_maximum_paths(world_.maximum_paths);
    }

    // The peer sends some of its routes again and forgets the others.
    void refreshed() {
        const auto n = neighbor();
        if (!world_.sessions[n]) return;
        lab_.rib.refresh_begins(NeighborId{n}, net::Family::Ipv4);
        Routes kept;
        for (const auto& [one, with] : *world_.sessions[n]) {
            if (dice(3) == 0) continue;
            lab_.announce(NeighborId{n}, {one}, with);
            kept[one] = with;
            if (dice(3) == 0) slice();
        }
        lab_.rib.refresh_ends(NeighborId{n}, net::Family::Ipv4);
        world_.sessions[n] = kept;
    }

    void slice() { lab_.rib.run_slice(1 + dice(6)); }

    void read() {
        const NeighborId id{dice(2) ? neighbor() : std::uint8_t{9}};
        if (!lab_.peers.contains(id)) return;
        Buffer out;
        lab_.rib.fill(id, out, 1 + dice(400));
        lab_.peer(id).read(out);
        if (dice(4) == 0) lab_.rib.refresh_requested(id, net::Family::Ipv4);
    }

    std::mt19937 random_;
    World world_;
    RibLab lab_;
};

}  // namespace

TEST_CASE("after any churn all is as if only the outcome had been told") {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        Churn churn(seed);
        for (int round = 0; round < 4; ++round) {
            for (int step = 0; step < 150; ++step)
                churn.step();
            churn.check();
        }
        churn.end_all();
    }
}

}  // namespace dx::bgp::test
