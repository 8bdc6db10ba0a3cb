#include "daemon/config_diff_view.hpp"

#include <algorithm>

#include "tests/unit/daemon/config/loading.hpp"

using namespace dx;

namespace {

constexpr auto kBefore = R"(router: {asn: 65000}
networks: [10.0.0.0/16, 10.1.0.0/16]
policies: {out: [{then: accept}]}
neighbors:
  - {name: dx1, address: 192.0.2.1, remote-as: 64512, password: first-key, export: out}
  - {name: dx2, address: 192.0.2.5, remote-as: 64512}
)";

constexpr auto kAfter = R"(router: {asn: 65000}
networks: [10.0.0.0/16, 10.7.0.0/16]
policies: {out: [{then: reject}]}
neighbors:
  - name: dx1
    address: 192.0.2.1
    remote-as: 64512
    password: second-key
    export: out
    description: text
    timers: {hold: 30s}
  - {name: dx3, address: 192.0.2.9, remote-as: 64513}
)";

control::ConfigChangeView of(const std::string& key) {
    const auto before = config::loaded(kBefore), after = config::loaded(kAfter);
    const auto views = daemon::change_views(config::diff(before, after));
    for (const auto& view : views) {
        CHECK(view.before.value_or("").find("-key") == std::string::npos);
        CHECK(view.after.value_or("").find("-key") == std::string::npos);
    }
    const auto found = std::ranges::find(views, key, &control::ConfigChangeView::key);
    REQUIRE(found != views.end());
    return *found;
}

}  // namespace

TEST_CASE("a value that was not said before has its default") {
    const auto hold = of("neighbors.dx1.timers.hold");
    CHECK(hold.before == "90s");
    CHECK(hold.after == "30s");
    CHECK(hold.effect == "next session");
}

TEST_CASE("what resets a neighbor names it, and a key is never shown") {
    const auto key = of("neighbors.dx1.password");
    CHECK(key.before == "<hidden>");
    CHECK(key.after == "<hidden>");
    CHECK(key.effect == "resets dx1");
}

TEST_CASE("of a list there is what came and what went") {
    const auto networks = of("networks");
    CHECK(networks.gone == std::vector<std::string>{"10.1.0.0/16"});
    CHECK(networks.added == std::vector<std::string>{"10.7.0.0/16"});
    CHECK(!networks.before);
    CHECK(networks.effect == "live");
    const auto policy = of("policies.out");
    CHECK(policy.gone == std::vector<std::string>{"{then: accept}"});
    CHECK(policy.added == std::vector<std::string>{"{then: reject}"});
}

TEST_CASE("neighbors start and end") {
    CHECK(of("neighbors.dx2").effect == "ends dx2");
    CHECK(of("neighbors.dx2").kind == "removed");
    CHECK(of("neighbors.dx3").effect == "starts dx3");
    CHECK(of("neighbors.dx3").after == "192.0.2.9 AS 64513");
}

TEST_CASE("what was applied names the sessions that it ended, by a new name too") {
    const auto after_change = [](std::string_view what, std::string_view by) {
        std::string now(kBefore);
        if (!what.empty()) now.replace(now.find(what), what.size(), by);
        return daemon::summary(config::diff(config::loaded(kBefore), config::loaded(now)));
    };
    CHECK(after_change("", "") == "nothing changed");
    CHECK(after_change("10.1.0.0", "10.2.0.0") == "1 change applied");
    CHECK(after_change("first-key", "other-key") == "1 change applied, reset: dx1");
    CHECK(after_change("name: dx2", "name: vpn2") == "2 changes applied, reset: dx2 (now vpn2)");
    CHECK(after_change("name: dx2, address: 192.0.2.5", "name: dx3, address: 192.0.2.9") ==
          "2 changes applied");
    CHECK(after_change("asn: 65000", "asn: 65001") == "1 change applied, all neighbors reset");
}
