#include "daemon/drills.hpp"

#include "daemon/kernel_routes.hpp"
#include "tests/unit/daemon/site.hpp"

using namespace dx;
using namespace std::chrono_literals;
using control::FailoverTestRequest;
using daemon::Neighbor;
using Outcome = control::CommandResult::Outcome;

namespace {

FailoverTestRequest of(const char* neighbor, std::optional<std::string> expected_backup = {},
                       control::Milliseconds lasts = 1h) {
    return {neighbor, std::move(expected_backup), lasts, false, {}};
}

// Two circuits that are up and in use.
struct Lab : daemon::Site {
    explicit Lab(const std::vector<std::string>& names = {"dx1", "dx2"}) : Site(names) {
        up("dx1");
        up("dx2");
    }

    std::string why_not(const FailoverTestRequest& request) {
        return refusal(request, (*this)[request.neighbor], state, revivals);
    }

    void nothing_to_move() { moved(netlink::FailoverAnswer{}); }

    void all_moved_to_dx2() {
        netlink::FailoverAnswer answer;
        answer.what.routes = 7;
        answer.what.moved_to[daemon::tag_of((*this)["dx2"].id)] = 7;
        answer.took = 3ms;
        moved(answer);
    }

    daemon::Revivals revivals{io,
                              state.neighbors,
                              {[](const Neighbor&) {}, [](const Neighbor&) {}},
                              {.quiet = 1h, .at_most = 1h}};
    int taken_away = 0;
    int given_back = 0;
    std::size_t told_before = 0;  // events, as it was taken away
    std::function<void(const netlink::FailoverAnswer&)> moved;

    Outcome begin(const FailoverTestRequest& request) {
        drills.begin(request, [this](const auto& result) { said = result; });
        return said.outcome;
    }

    control::CommandResult said;
    fib::Reliance relies;
    std::optional<net::Prefix> lost;
    int looked = 0;
    int over = 0;
    daemon::Drills drills{io,
                          state,
                          revivals,
                          {.rely_on = [this](const Neighbor&, auto tell) { tell(relies); },
                           .take_away =
                               [this](const Neighbor&, auto, auto answer) {
                                   ++taken_away;
                                   told_before = events.size();
                                   moved = std::move(answer);
                               },
                           .look_after =
                               [this](auto tell) {
                                   ++looked;
                                   tell(lost);
                               },
                           .give_back = [this](const Neighbor&) { ++given_back; },
                           .over = [this] { ++over; },
                           .patience = 20ms}};
};

}  // namespace

TEST_CASE("a test that would be an outage or proves nothing is refused") {
    Lab lab;
    CHECK(lab.why_not(of("dx1")).empty());
    CHECK(lab.why_not(of("dx1", "dx1")) == "dx1 (192.0.2.1) cannot stand in for itself");

    lab["dx1"].drain = std::make_unique<daemon::Drain>(lab.io, 1h);
    CHECK(lab.why_not(of("dx1")) == "dx1 (192.0.2.1) is being drained");
    CHECK(lab.why_not(of("dx2")).starts_with("no other neighbor's routes are in use"));
    lab["dx1"].drain.reset();

    lab.revivals.begin(lab["dx1"]);
    CHECK(lab.why_not(of("dx1")) == "dx1 (192.0.2.1) is up, but its routes are not in use yet");
    lab.revivals.hurry_all();

    lab.state.restart.held = {net::Family::Ipv4};
    CHECK(lab.why_not(of("dx1")) == "routes are not chosen yet (graceful restart)");
    lab.state.restart.held = {};

    lab["dx2"].session.reset();
    CHECK(lab.why_not(of("dx1")).starts_with("no other neighbor's routes are in use"));
    CHECK(lab.why_not(of("dx2")) == "dx2 (192.0.2.2) is not up");
}

TEST_CASE("that a test has begun is told before what it causes") {
    Lab lab;
    lab.begin(of("dx1"));
    CHECK(lab.told_before == 1);
    REQUIRE(lab.events.size() == 1);
    CHECK(lab.events.front().starts_with("dx1: failover-test-begun"));
}

TEST_CASE("a test that takes routes away that only the circuit has is refused, unless forced") {
    Lab lab;
    lab.relies = {
        7, 5, 2, {*net::Prefix::parse("10.0.0.0/16"), *net::Prefix::parse("10.1.0.0/16")}};
    CHECK(lab.begin(of("dx1")) == Outcome::Refused);
    CHECK(lab.said.text.starts_with(
        "2 of 7 routes have no other way (10.0.0.0/16, 10.1.0.0/16): that would be an outage"));
    CHECK(lab.said.without_another_way == 2);
    CHECK(lab.taken_away == 0);
    auto forced = of("dx1");
    forced.force = true;
    CHECK(lab.begin(forced) == Outcome::Done);
    CHECK(lab.said.without_another_way == 2);
    CHECK(lab.taken_away == 1);
}

TEST_CASE("another neighbor that is up is no backup of a family that it has not") {
    Lab lab;
    lab["dx1"].session->families.insert(net::Family::Ipv6);
    lab["dx2"].session->families.insert(net::Family::Ipv4);
    CHECK(lab.why_not(of("dx1")).starts_with("no other neighbor's ipv6 routes are in use"));
    auto forced = of("dx1");
    forced.force = true;
    CHECK(lab.why_not(forced).empty());
    forced.expected_backup = "dx2";
    CHECK(lab.why_not(forced) == "dx2 (192.0.2.2) cannot stand in: it carries no ipv6");
    lab["dx2"].session->families.insert(net::Family::Ipv6);
    CHECK(lab.why_not(of("dx1", "dx2")).empty());
}

TEST_CASE("who took over and goes down ends the test: the circuit is given back at once") {
    Lab lab(std::vector<std::string>{"dx1", "dx2", "dx3"});
    lab.up("dx3");
    lab.begin(of("dx1"));
    lab.all_moved_to_dx2();
    lab.drills.note_down(lab["dx3"], "BFD Down");
    CHECK(lab.given_back == 0);
    lab.drills.note_down(lab["dx2"], "BFD Down");
    CHECK(lab.given_back == 1);
    CHECK(lab.over == 1);
    lab.drills.note_down(lab["dx2"], "BFD Down");
    CHECK(lab.given_back == 1);
    lab.drills.note_established(lab["dx1"]);
    lab.drills.note_back_in_use(lab["dx1"]);
    CHECK(lab.events.back() ==
          "dx1: failover-test-ended: failed: dx2, which had taken over, went down during the test "
          "(BFD Down)");
}

TEST_CASE("a prefix that loses its way while all neighbors stay up ends the test too") {
    Lab lab;
    lab.begin(of("dx1"));
    CHECK(lab.looked == 0);
    lab.all_moved_to_dx2();
    REQUIRE(lab.run_until([&] { return lab.looked == 2; }));
    CHECK(lab.given_back == 0);
    lab.lost = net::Prefix::parse("10.0.0.0/16");
    REQUIRE(lab.run_until([&] { return lab.given_back == 1; }));
    const auto view = failover_test_view(*lab.state.failover_test, lab.state.neighbors);
    CHECK(view.fault == "10.0.0.0/16 lost the way that it had moved to");
}

TEST_CASE("what had lost its way before all had moved ends the test, were it not known before") {
    Lab lab;
    lab.relies.stranded = GENERATE(0, 2);
    auto forced = of("dx1");
    forced.force = true;
    REQUIRE(lab.begin(forced) == Outcome::Done);
    netlink::FailoverAnswer answer;
    answer.what.routes = 7;
    answer.what.stranded = 2;
    lab.moved(answer);
    CHECK(lab.given_back == (lab.relies.stranded == 0 ? 1 : 0));
    if (lab.given_back > 0) CHECK(lab.state.failover_test->lost == "2 of 7 routes found no way");
}

TEST_CASE("a test whose neighbor is not back in use is told as ended when another one begins") {
    Lab lab;
    lab.begin(of("dx1"));
    lab.drills.end_early(lab["dx1"]);
    REQUIRE(lab.begin(of("dx2")) == Outcome::Done);
    const auto ended = std::ranges::find_if(lab.events, [](const auto& event) {
        return event.starts_with("dx1: failover-test-ended");
    });
    CHECK(ended != lab.events.end());
}

TEST_CASE("a router that stops takes nothing away") {
    Lab lab;
    lab.state.stopping = true;
    CHECK(lab.begin(of("dx1")) == Outcome::Refused);
    CHECK(lab.taken_away == 0);
}

TEST_CASE("what is refused takes nothing away") {
    Lab lab;
    lab["dx2"].session.reset();
    CHECK(lab.begin(of("dx1")) == Outcome::Refused);
    CHECK(lab.taken_away == 0);
    CHECK_FALSE(lab.state.failover_test);
}

TEST_CASE("a circuit is given back when the time is over, and the test passes once it is in use") {
    Lab lab;
    CHECK(lab.begin(of("dx1", "dx2", 20ms)) == Outcome::Done);
    CHECK(lab.taken_away == 1);
    CHECK(lab.drills.under_way(lab["dx1"]));
    CHECK_FALSE(lab.drills.under_way(lab["dx2"]));
    CHECK(lab.why_not(of("dx2")) == "a failover test of dx1 is under way");
    lab.all_moved_to_dx2();
    REQUIRE(lab.run_until([&] { return lab.given_back == 1; }));
    lab.drills.note_established(lab["dx1"]);
    lab.drills.note_back_in_use(lab["dx1"]);
    CHECK_FALSE(lab.drills.under_way(lab["dx1"]));
    CHECK(lab.events.back() == "dx1: failover-test-ended: passed");
}

TEST_CASE(
    "a test that is aborted gives its circuit back, and one that was cleared is looked after") {
    Lab lab;
    lab.begin(of("dx1"));
    SECTION("aborted") {
        lab.drills.abort(lab["dx1"], "drained by the operator");
        CHECK(lab.given_back == 1);
        lab.drills.abort(lab["dx1"], "again");
        CHECK(lab.given_back == 1);
    }
    SECTION("cleared, and down again before it was in use") {
        lab.drills.note_established(lab["dx1"]);
        CHECK(lab.over == 1);
        REQUIRE(lab.run_until([&] { return !lab.drills.under_way(lab["dx1"]); }));
        CHECK(lab.events.back() ==
              "dx1: failover-test-ended: aborted: not in use 0.02 s after it was given back");
    }
}

TEST_CASE("a circuit that does not come back ends the test, and that is told") {
    Lab lab;
    lab.begin(of("dx1", "dx2", 20ms));
    lab.all_moved_to_dx2();
    REQUIRE(lab.run_until([&] { return lab.given_back == 1; }));
    CHECK(lab.drills.under_way(lab["dx1"]));
    REQUIRE(lab.run_until([&] { return !lab.drills.under_way(lab["dx1"]); }));
    CHECK(lab.events.back() ==
          "dx1: failover-test-ended: aborted: not in use 0.02 s after it was given back");
}

TEST_CASE("a circuit that is in use again without a session of its own ends no test") {
    Lab lab;
    lab.begin(of("dx1"));
    lab.drills.note_back_in_use(lab["dx1"]);
    CHECK(lab.drills.under_way(lab["dx1"]));
}

TEST_CASE("routes that did not move as expected fail the test") {
    Lab lab;
    lab.begin(of("dx1", "dx3"));
    lab.all_moved_to_dx2();
    lab.drills.note_established(lab["dx1"]);
    lab.drills.note_back_in_use(lab["dx1"]);
    CHECK(lab.events.back() ==
          "dx1: failover-test-ended: failed: not all of the 7 routes are with dx3");
}

TEST_CASE("a circuit without routes shows nothing of its backup") {
    Lab lab;
    lab.begin(of("dx1", "dx2"));
    lab.nothing_to_move();
    lab.drills.note_established(lab["dx1"]);
    lab.drills.note_back_in_use(lab["dx1"]);
    CHECK(lab.events.back() ==
          "dx1: failover-test-ended: failed: it carried no routes, so none could move");
}

TEST_CASE("the operator ends a test early: first it is given back, then given up") {
    Lab lab;
    lab.begin(of("dx1"));
    lab.drills.end_early(lab["dx1"]);
    CHECK(lab.given_back == 1);
    CHECK(lab.drills.under_way(lab["dx1"]));
    lab.drills.end_early(lab["dx1"]);
    CHECK(lab.given_back == 1);
    CHECK(lab.events.back() ==
          "dx1: failover-test-ended: aborted: ended by the operator before it was back");
}

TEST_CASE("an answer that comes when another test is under way is not taken for its own") {
    Lab lab;
    lab.begin(of("dx1"));
    const auto late = lab.moved;
    lab.drills.abort(lab["dx1"], "shut down");
    lab.run_until([began = std::chrono::steady_clock::now()] {
        return std::chrono::steady_clock::now() > began;
    });
    lab.begin(of("dx2"));
    late(netlink::FailoverAnswer{});
    CHECK_FALSE(lab.state.failover_test->moved);
}
