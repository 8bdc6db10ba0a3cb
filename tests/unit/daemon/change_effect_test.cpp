#include "daemon/change_effect.hpp"

#include "daemon/translate.hpp"
#include "tests/unit/daemon/config/loading.hpp"
#include "tests/unit/libbgp/rib/rib_lab.hpp"

using namespace dx;
using daemon::ChangeEffects;
using daemon::EffectOnNeighbor;

namespace {

config::Config config_with(const std::string& neighbors) {
    return config::loaded("router: {asn: 65000}\nneighbors:\n" + neighbors);
}

std::string neighbor(const std::string& name, const std::string& more = "") {
    return "  - {name: " + name +
           ", address: 192.0.2.1, remote-as: 64512, export: accept-all, "
           "import: accept-all" +
           more + "}\n";
}

// A router with one neighbor, which has been sent three networks.
struct Site {
    Site() {
        bgp::RibEvents& told = events;
        rib = std::make_unique<bgp::Rib>(bgp::RibSettings{bgp::RouterId{1}, 65000, 1, 42}, told);
        before = config_with(neighbor("dx1"));
        auto& added = neighbors.add(before.neighbors.front());
        id = added.id;
        rib->set_neighbor(id, rib_settings(before, added));
        rib->session_up(id, bgp::test::RibLab::session(1));
        for (const auto* one : {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"})
            rib->originate(own(one), bgp::RouteTime{1});
        while (rib->run_slice(100)) {
        }
        bgp::Buffer out;
        while (rib->fill(id, out, 1 << 20)) {
        }
    }

    static bgp::LocalRoute own(std::string_view prefix) {
        bgp::LocalRoute route;
        route.prefix = *net::Prefix::parse(prefix);
        return route;
    }

    bgp::Proposal proposed(const config::Config& now, std::vector<bgp::LocalRoute> routes) const {
        return daemon::proposal(now, 65000, neighbors, std::move(routes));
    }

    bgp::test::RecordedEvents events;
    std::unique_ptr<bgp::Rib> rib;
    config::Config before;
    daemon::NeighborTable neighbors;
    bgp::NeighborId id{};
    boost::asio::io_context io;
};

}  // namespace

TEST_CASE("a neighbor whose session cannot go on is gone in what is proposed") {
    Site site;
    const auto gone = [&](const config::Config& now) {
        return site.proposed(now, {}).gone.contains(site.id);
    };
    CHECK_FALSE(gone(site.before));
    CHECK_FALSE(gone(config_with(neighbor("dx1", ", preference: high"))));
    CHECK(gone(config_with(neighbor("dx2"))));
    CHECK(gone(config_with(neighbor("dx1", ", shutdown: true"))));
    auto other = site.before;
    other.neighbors.front().remote_as = 64999;
    CHECK(gone(other));
    other = site.before;
    other.router.asn = 64998;
    CHECK(gone(other));
}

TEST_CASE("what is proposed has the settings that the configuration would give") {
    Site site;
    const auto now = config_with(neighbor("dx1", ", preference: high, prefix-limit: {out: 2}"));
    const auto settings = site.proposed(now, {}).settings.at(site.id);
    CHECK(settings.import_local_pref == 300U);
    CHECK(settings.limit_out[net::Family::Ipv4]->max == 2);
}

TEST_CASE("the effect of a configuration is told later, once, by neighbor") {
    Site site;
    ChangeEffects effects(site.io, site.rib, site.neighbors);
    std::vector<std::vector<EffectOnNeighbor>> answers;
    effects.predict(
        site.proposed(site.before, {Site::own("10.0.0.0/16"), Site::own("10.9.0.0/16")}),
        [&](auto answer) { answers.push_back(*answer); });
    CHECK(answers.empty());
    site.io.run();
    REQUIRE(answers.size() == 1);
    REQUIRE(answers.front().size() == 1);
    const auto& one = answers.front().front();
    CHECK(one.neighbor == "dx1");
    CHECK(one.family == net::Family::Ipv4);
    CHECK(to_string(one) == "withdraws 2, announces 1");
}

TEST_CASE("no effect is told of a table that is gone, nor by one who is gone") {
    Site site;
    int answers = 0;
    {
        ChangeEffects effects(site.io, site.rib, site.neighbors);
        effects.predict(site.proposed(site.before, {}), [&](const auto&) { ++answers; });
    }
    site.io.run();
    CHECK(answers == 0);
    site.io.restart();
    ChangeEffects effects(site.io, site.rib, site.neighbors);
    effects.predict(site.proposed(site.before, {}), [&](const auto& answer) {
        ++answers;
        CHECK_FALSE(answer.has_value());
    });
    site.rib.reset();
    site.io.run();
    CHECK(answers == 1);
}

TEST_CASE("an effect says only what there is to say") {
    const auto text = [](const bgp::NeighborEffect& effect) {
        return to_string(EffectOnNeighbor{"dx1", net::Family::Ipv4, effect});
    };
    CHECK(text({}).empty());
    CHECK(text({{0, 0, 0}, {1, 3, 0}}) == "withdraws 3, announces 1");
    CHECK(text({{0, 1, 0}, {1, 3, 0}, false}) ==
          "withdraws 3, announces 1 (unless aggregates come or go on the way); rejects 1");
    CHECK(text({{}, {}, false}) == "nothing (unless aggregates come or go on the way)");
    CHECK(text({{0, 4, 0}, {}, true, true}) ==
          "rejects 4; prefix-limit in is exceeded: the session ends");
    CHECK(text({{5, 4, 6}, {0, 0, 2}}) == "changes 2; rejects 4, accepts 5, takes in otherwise 6");
}
