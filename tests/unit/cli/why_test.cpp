// `why` and `policy test`, byte for byte, through the daemon's own handlers.
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

PolicyRunView rejecting_run() {
    PolicyRunView run;
    run.policy = "from-aws";
    run.before = {"local-pref: none -> 200"};
    run.rules = {{1, 40, false, {"med: none does not match 5"}, {}, ""},
                 {2, 44, true, {"prefix: 10.0.0.0/16 matches ours"}, {}, "reject"}};
    run.decided = true;
    return run;
}

WhyPathView path_of(const char* at, const char* name) {
    WhyPathView view;
    view.path = bgp_path(at, 200, 64512);
    view.path.neighbor_name = name;
    return view;
}

FakeRouter router_with_why() {
    auto router = example_router();
    auto best = path_of("169.254.10.1", "dx-primary");
    best.path.best = true;
    best.path.reason = "LOCAL_PREF";
    best.path.attributes.aws_link = dx::bgp::AwsLink::Circuit;
    auto loser = path_of("169.254.20.1", "dx-secondary");
    loser.path.backup = true;
    loser.path.reason = "lower LOCAL_PREF";
    loser.path.reason_values = "150 is lower than 200";
    auto rejected = path_of("169.254.30.1", "dx-third");
    rejected.path.valid = false;
    rejected.policy = rejecting_run();
    auto unusable = path_of("169.254.40.1", "lab");
    unusable.unusable = "10.7.7.7: next hop not reachable";
    router.why_view.prefix = prefix("10.0.0.0/16");
    router.why_view.paths = {best, loser, rejected, unusable};
    WhyNeighborView source, told, held, filtered;
    source.name = "dx-primary";
    source.because = "learnt from it";
    told.name = "lan-core";
    told.advertised = true;
    held.name = "lab";
    held.because = "held back by the prefix limit";
    held.detail = "out 5: 5 sent, 3 wait";
    filtered.name = "dx-third";
    filtered.because = "filtered by the export policy";
    filtered.policy = rejecting_run();
    filtered.policy->decided = false;
    router.why_view.neighbors = {source, told, held, filtered};
    return router;
}

}  // namespace

TEST_CASE("why tells in one sentence, then each path, neighbor and route with its reason") {
    auto router = router_with_why();
    CHECK(
        run(router, "why 10.0.0.0/16") ==
        R"(10.0.0.0/16 goes via dx-primary (169.254.10.1); dx-secondary (169.254.20.1) backup, not best: lower LOCAL_PREF: 150 is lower than 200; dx-third (169.254.30.1) rejected by the import policy from-aws, rule 2 (line 44): prefix: 10.0.0.0/16 matches ours; lab (169.254.40.1) cannot be used: 10.7.7.7: next hop not reachable; advertised to 1 of 4 neighbors.

Paths:
  dx-primary (169.254.10.1), over a Direct Connect circuit, AS path 64512: best (LOCAL_PREF)
  dx-secondary (169.254.20.1), AS path 64512: backup, not best: lower LOCAL_PREF: 150 is lower than 200
  dx-third (169.254.30.1), AS path 64512: rejected by the import policy from-aws, rule 2 (line 44): prefix: 10.0.0.0/16 matches ours
  lab (169.254.40.1), AS path 64512: cannot be used: 10.7.7.7: next hop not reachable
Advertised to:
  dx-primary: no: learnt from it
  lan-core: yes
  lab: no: held back by the prefix limit (out 5: 5 sent, 3 wait)
  dx-third: no: export policy from-aws, no rule decides
Forwarding:
  bgp: in the kernel, via 169.254.10.1 on eth0.259 and 169.254.20.1 on eth1.260
)");
}

TEST_CASE("why a route that is not in the kernel says who has the prefix") {
    auto router = router_with_why();
    auto& route = router.route_views[1];
    route.state = RouteView::State::Conflict;
    route.state_text = "another program's kernel route has the prefix";
    route.selected = true;
    CHECK(run(router, "why 10.0.0.0/16")
              .starts_with("10.0.0.0/16 would go via dx-primary (169.254.10.1), but is not in the "
                           "kernel: another program's kernel route has the prefix;"));
    route.selected = false;
    route.state = RouteView::State::Inactive;
    route.state_text.clear();
    auto fixed = route_view("10.0.0.0/16", RouteSource::Static, 1, 1h);
    fixed.next_hops = {hop("192.0.2.1", "eth2")};
    router.route_views.insert(router.route_views.begin() + 1, fixed);
    const auto text = run(router, "why 10.0.0.0/16");
    CHECK(text.starts_with("10.0.0.0/16 goes by a static route via 192.0.2.1 on eth2;"));
    CHECK(text.find("  bgp: not in the kernel: the static route is preferred (distance 1)\n") !=
          std::string::npos);
}

TEST_CASE("why names who carries the traffic while the best neighbor waits to be used again") {
    auto router = router_with_why();
    auto& route = router.route_views[1];
    route.state = RouteView::State::Installed;
    route.selected = true;
    route.next_hops = {hop("169.254.10.1", "eth0.259"), hop("169.254.20.1", "eth1.260")};
    route.next_hops[0].active = false;
    route.next_hops[0].neighbor = "dx-primary";
    route.next_hops[0].passed_over = "return-delay, used again in 8 s";
    const auto text = run(router, "why 10.0.0.0/16");
    CHECK(
        text.starts_with("10.0.0.0/16 goes via dx-secondary (169.254.20.1); dx-primary "
                         "(169.254.10.1) best (LOCAL_PREF), but not used yet: return-delay, used "
                         "again in 8 s; dx-third"));
    CHECK(text.find("  dx-primary (169.254.10.1), over a Direct Connect circuit, AS path 64512: "
                    "best (LOCAL_PREF), but not used yet: return-delay, used again in 8 s\n") !=
          std::string::npos);
    CHECK(text.find("  bgp: in the kernel, via 169.254.20.1 on eth1.260\n") != std::string::npos);
    CHECK(run(router, "show ip route 10.0.0.0/16")
              .find("169.254.10.1, via eth0.259 (not used yet: return-delay, used again in 8 s)") !=
          std::string::npos);
}

TEST_CASE("why says of a stale path that it is, and until when") {
    auto router = router_with_why();
    router.route_views[1].state = RouteView::State::Installed;
    router.route_views[1].selected = true;
    auto& best = router.why_view.paths.front().path;
    best.stale = true;
    best.kept = "kept in use, 98 s to come back (graceful restart)";
    const auto text = run(router, "why 10.0.0.0/16");
    CHECK(
        text.starts_with("10.0.0.0/16 goes via dx-primary (169.254.10.1); dx-primary "
                         "(169.254.10.1) best (LOCAL_PREF), stale: kept in use, 98 s to come back "
                         "(graceful restart); dx-secondary"));
    CHECK(text.find("AS path 64512: best (LOCAL_PREF), stale: kept in use, 98 s to come back "
                    "(graceful restart)\n") != std::string::npos);
    router.route_views[1].kept = best.kept;
    CHECK(run(router, "show ip route 10.0.0.0/16")
              .find("  Stale: kept in use, 98 s to come back (graceful restart)\n") !=
          std::string::npos);
}

TEST_CASE("why something that nobody knows says so") {
    auto router = example_router();
    CHECK(run(router, "why 10.99.0.0/16") ==
          "10.99.0.0/16 goes by 0.0.0.0/0 instead: no route has just this prefix.\n\n"
          "Paths: none, nobody announces it over BGP\n"
          "Forwarding:\n  nothing: no route has this prefix\n");
}

TEST_CASE("why an address that no route covers says that, not that none has its prefix") {
    auto router = example_router();
    std::erase_if(router.route_views, [](const auto& route) { return route.prefix.length() == 0; });
    router.why_view.prefix = prefix("8.8.8.8/32");
    CHECK(run(router, "why 8.8.8.8").starts_with("8.8.8.8/32 goes nowhere: no route covers it.\n"));
}

TEST_CASE("why an address takes the longest match of both tables") {
    auto router = router_with_why();
    router.why_view.more_specific = prefix("10.0.3.0/24");
    const auto text = run(router, "why 10.0.3.4");
    CHECK(text.starts_with("10.0.0.0/16 goes via"));
    CHECK(text.find("10.0.3.0/24 is closer, but cannot be used: why 10.0.3.0/24\n") !=
          std::string::npos);
    router.route_views.push_back(route_view("10.0.3.0/24", RouteSource::Static, 1, 1h));
    router.route_views.back().next_hops = {hop("192.0.2.1", "eth2")};
    CHECK(run(router, "why 10.0.3.4").starts_with("10.0.3.0/24 goes by a static route"));
}

TEST_CASE("why wants a prefix") {
    auto router = example_router();
    const auto failure = [&](std::string_view line) -> std::string {
        try {
            return run(router, line);
        } catch (const Failure& error) {
            return std::to_string(error.exit_code()) + " " + error.what();
        }
    };
    CHECK(failure("why").starts_with("2 incomplete command after \"why\""));
    CHECK(failure("why dx-primary").starts_with("2 unknown word \"dx-primary\" after \"why\""));
    CHECK(failure("why 10.0.0.1/16").find("did you mean 10.0.0.0/16?") != std::string::npos);
    CHECK(failure("policy test nobody in").starts_with("1 no such neighbor: nobody"));
    CHECK(failure("policy test dx-primary in policy missing") == "1 no such policy: missing");
    CHECK(failure("policy test dx-primary").starts_with("2 incomplete command"));
}

TEST_CASE("policy test of one prefix goes rule by rule") {
    auto router = example_router();
    PolicyTestRow row;
    row.prefix = prefix("10.0.0.0/16");
    row.from = "dx-primary";
    row.rule = 2;
    row.because = "filtered by the import policy";
    row.accepted_now = true;
    row.run = rejecting_run();
    router.test_rows = {row};
    CHECK(run(router, "policy test dx-primary in 10.0.0.0/16 policy stricter") ==
          R"(10.0.0.0/16 from dx-primary, import policy stricter
  before the policy: local-pref: none -> 200
  rule 1 (line 40) does not match: med: none does not match 5
  rule 2 (line 44): rejects (prefix: 10.0.0.0/16 matches ours)
Rejected: filtered by the import policy
In force is from-aws, which accepts it
)");
    CHECK(router.policy_tests.back().prefix == prefix("10.0.0.0/16"));
    router.test_rows[0].accepted = true;
    router.test_rows[0].run->rules.back() = {2, 44, true, {}, {"local-pref: 200 -> 300"}, "accept"};
    router.test_rows[0].changes = {"local-pref: none -> 300"};
    CHECK(run(router, "policy test dx-primary in 10.0.0.0/16")
              .ends_with("  rule 2 (line 44): accepts, sets local-pref: 200 -> 300 (matches all)\n"
                         "Accepted: local-pref: none -> 300\n"));
}

TEST_CASE("policy test of the table counts by rule, and tells what would be otherwise") {
    auto router = example_router();
    const auto row = [&](const char* of, bool accepted, bool now, std::optional<std::size_t> rule) {
        PolicyTestRow one;
        one.prefix = prefix(of);
        one.accepted = accepted;
        one.accepted_now = now;
        one.rule = rule;
        if (!accepted && !rule) one.because = "no rule decides";
        router.test_rows.push_back(one);
    };
    row("10.0.0.0/16", true, true, 1);
    row("10.1.0.0/16", false, true, 2);
    row("10.2.0.0/16", true, false, 1);
    row("10.3.0.0/16", false, false, std::nullopt);
    row("10.4.0.0/16", true, true, 1);
    router.test_rows.back().differences = {"med: 1 -> 2"};
    CHECK(run(router, "policy test dx-primary out all policy stricter") ==
          R"(export policy stricter of dx-primary: 5 routes, 3 accepted, 2 rejected
  rule 1 (line 40): 3 accepted, 0 rejected
  rule 2 (line 44): 0 accepted, 1 rejected
  no rule decides: 1 rejected
Instead of from-aws: 1 newly accepted, 1 newly rejected, 1 changed
  - 10.1.0.0/16  rule 2
  + 10.2.0.0/16  rule 1
  ~ 10.4.0.0/16  med: 1 -> 2
)");
    CHECK(router.policy_tests.back().direction == PolicyTestQuery::Direction::Out);
    CHECK(run(router, "policy test dx-primary in").find("Instead of") == std::string::npos);
}
