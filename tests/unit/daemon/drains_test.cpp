#include "daemon/drains.hpp"

#include "tests/unit/daemon/site.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::Neighbor;
using Outcome = control::CommandResult::Outcome;

namespace {

struct Lab : daemon::Site {
    using Site::Site;

    daemon::Revivals revivals{io,
                              state.neighbors,
                              {[](const Neighbor&) {}, [](const Neighbor&) {}},
                              {.quiet = 1h, .at_most = 1h}};
    daemon::Drills drills{io,
                          state,
                          revivals,
                          {.rely_on = [](const Neighbor&, const auto& tell) { tell({}); },
                           .take_away = [](const Neighbor&, auto, const auto&) {},
                           .look_after = [](const auto&) {},
                           .give_back = [](const Neighbor&) {},
                           .over = [] {}}};

    control::CommandResult drain(const control::DrainRequest& request) {
        control::CommandResult answer;
        drains.drain(request, [&](auto result) { answer = std::move(result); });
        return answer;
    }

    control::CommandResult undrain(const control::UndrainRequest& request) {
        control::CommandResult answer;
        drains.undrain(request, [&](auto result) { answer = std::move(result); });
        return answer;
    }

    fib::Reliance relies;
    std::string disk_trouble;
    std::vector<std::string> followed;  // "dx1 led away"
    std::set<std::string> kept;         // for the next run
    daemon::Drains drains{
        io,
        state,
        revivals,
        drills,
        {.rely_on = [this](const Neighbor&, const auto& tell) { tell(relies); },
         .follow =
             [this](Neighbor& neighbor) {
                 followed.push_back(neighbor.config.name + (neighbor.is_shut_down() ? " ended"
                                                            : neighbor.drain        ? " led away"
                                                                             : " given back"));
             },
         .keep = [this](std::set<std::string> names) { kept = std::move(names); },
         .when_kept = [this](const auto& tell) { tell(disk_trouble); }}};
};

}  // namespace

TEST_CASE("a drain leads the traffic away first, and ends the session when it had time to move") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    const auto result = lab.drain({"dx1", 20ms});
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.diagnostics.empty());
    CHECK(lab.followed == std::vector<std::string>{"dx1 led away"});
    REQUIRE(lab.run_until([&] { return lab["dx1"].is_shut_down(); }));
    CHECK(lab.followed.back() == "dx1 ended");
    REQUIRE(lab.events.size() == 2);
    CHECK(lab.events[0].starts_with("dx1: drain-begun"));
    CHECK(lab.events[1] == "dx1: drained: out of use");
}

TEST_CASE("a drain says how many routes have no other way, and does not wait for them") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    lab.relies = {3, 0, 1, {*net::Prefix::parse("10.0.0.0/16")}};
    const auto result = lab.drain({"dx1", 1ms});
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.without_another_way == 1);
    CHECK(result.diagnostics ==
          std::vector<std::string>{"warning: 1 of 3 routes have no other way (10.0.0.0/16): they "
                                   "are unreachable when the session ends"});
    REQUIRE(lab.run_until([&] { return lab["dx1"].is_shut_down(); }));
}

TEST_CASE("a session is not ended before the traffic that can move has done so") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    lab.relies.routes = lab.relies.movable = 3;
    lab.drain({"dx1", 1ms});
    lab.io.run_for(300ms);
    CHECK_FALSE(lab["dx1"].is_shut_down());

    SECTION("it moves") {
        lab.relies.movable = 0;
        CHECK(lab.run_until([&] { return lab["dx1"].is_shut_down(); }));
    }
    SECTION("but not for ever") {
        lab["dx1"].drain->at_last = daemon::Drain::Clock::now();
        CHECK(lab.run_until([&] { return lab["dx1"].is_shut_down(); }));
    }
    SECTION("and may be given back meanwhile") {
        lab.undrain({"dx1"});
        lab.io.run_for(300ms);
        CHECK(lab.followed.back() == "dx1 given back");
    }
}

TEST_CASE("without a session there is nothing to wait for") {
    Lab lab;
    const auto result = lab.drain({"dx1", 1h});
    CHECK(result.text == "dx1 (192.0.2.1): drained; there was no session");
    CHECK(lab.followed == std::vector<std::string>{"dx1 ended"});
}

TEST_CASE("who drains the last neighbor that is up is warned") {
    Lab lab;
    lab.up("dx1");
    CHECK(lab.drain({"dx1", 1h}).diagnostics.size() == 1);
}

TEST_CASE("a neighbor that came back and waits to be used is needed now") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    lab.revivals.begin(lab["dx2"]);
    CHECK(lab.drain({"dx1", 1h}).diagnostics.empty());
    CHECK_FALSE(lab.revivals.waiting(lab["dx2"]));
}

TEST_CASE("who asks again while traffic is led away sets the time anew; later it is refused") {
    Lab lab;
    lab.up("dx1");
    lab.drain({"dx1", 1h});
    CHECK(lab.drain({"dx1", 1ms}).outcome == Outcome::Done);
    REQUIRE(lab.run_until([&] { return lab["dx1"].is_shut_down(); }));
    CHECK(lab.drain({"dx1", 1ms}).text == "dx1 (192.0.2.1) is drained already");
}

TEST_CASE("no drain of what is shut down, nor while routes are not chosen") {
    Lab lab(std::vector<std::string>{});
    const auto& off = lab.add("off, address: 192.0.2.1, shutdown: true");
    CHECK(refusal_to_drain(off, lab.state) == "off (192.0.2.1) is shut down by the configuration");
    const auto& on = lab.add("dx1, address: 192.0.2.2");
    CHECK(refusal_to_drain(on, lab.state).empty());
    lab.state.restart.held = {net::Family::Ipv6};
    CHECK(refusal_to_drain(on, lab.state) == "routes are not chosen yet (graceful restart)");
}

TEST_CASE("undrain gives back, also one whose traffic is still led away, and once only") {
    Lab lab;
    lab.up("dx1");
    CHECK(lab.undrain({"dx1"}).text == "dx1 (192.0.2.1) is not drained");
    lab.drain({"dx1", 1ms});
    CHECK(lab.undrain({"dx1"}).outcome == Outcome::Done);
    lab.io.run_for(20ms);
    CHECK(lab.followed == std::vector<std::string>{"dx1 led away", "dx1 given back"});
    CHECK(lab.undrain({"dx1"}).outcome == Outcome::Refused);
}

TEST_CASE("a drain ends a failover test, and undrain ends one where nothing is drained") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    lab.drills.begin({"dx1", std::nullopt, 1h, false, {}}, [](const auto&) {});
    CHECK(lab.undrain({"dx1"}).text == "dx1 (192.0.2.1): given back, the failover test ends");
    lab.drain({"dx1", 1h});
    CHECK_FALSE(lab.drills.under_way(lab["dx1"]));
}

TEST_CASE("who carries the traffic of a failover test is not drained, nor is anybody at the end") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    lab.drills.begin({"dx1", {}, 1h, false, {}}, [](const auto&) {});
    const auto refused = lab.drain({"dx2", 1h});
    CHECK(refused.outcome == Outcome::Refused);
    CHECK(refused.text == "a failover test has taken dx1 away: `undrain dx1` ends it");
    CHECK_FALSE(lab["dx2"].drain);
    lab.drills.end_early(lab["dx1"]);
    CHECK(lab.drain({"dx2", 1h}).outcome == Outcome::Done);
    lab.state.stopping = true;
    CHECK(lab.drain({"dx1", 1h}).outcome == Outcome::Refused);
}

TEST_CASE("what is drained is kept from the moment that its traffic is led away, until undrain") {
    Lab lab;
    lab.up("dx1");
    lab.drain({"dx1", 1h});
    CHECK(lab.kept == std::set<std::string>{"dx1"});
    lab.drain({"dx2", 1h});
    CHECK(lab.kept == std::set<std::string>{"dx1", "dx2"});
    lab.undrain({"dx1"});
    CHECK(lab.kept == std::set<std::string>{"dx2"});
}

TEST_CASE(
    "a drain or its end that the disk cannot take happens, and whoever asked for it is told") {
    Lab lab;
    lab.up("dx1");
    lab.up("dx2");
    lab.disk_trouble = "cannot write drained.json: No space left on device";
    const auto drained = lab.drain({"dx1", 1h});
    CHECK(drained.outcome == Outcome::Done);
    CHECK(lab["dx1"].drain);
    CHECK(drained.diagnostics ==
          std::vector<std::string>{"warning: it is in use again after a restart, unless it can be "
                                   "written by then: " +
                                   lab.disk_trouble});
    const auto given_back = lab.undrain({"dx1"});
    CHECK(given_back.outcome == Outcome::Done);
    CHECK_FALSE(lab["dx1"].drain);
    CHECK(given_back.diagnostics ==
          std::vector<std::string>{"warning: it is drained again after a restart, unless it can be "
                                   "written by then: " +
                                   lab.disk_trouble});
    CHECK(lab.undrain({"dx1"}).diagnostics.empty());  // refused: nothing has happened
}

TEST_CASE("what was drained before is so from the start; who is no neighbor is forgotten") {
    Lab lab;
    lab.drains.restore({"dx2", "dx9"});
    CHECK(lab["dx2"].is_shut_down());
    CHECK(lab.events.empty());  // the journal does not know of earlier ones yet
    lab.drains.tell_restored();
    CHECK(lab.events ==
          std::vector<std::string>{"dx2: drained: drained before the restart, and still",
                                   "dx9: undrained: not configured any more"});
    CHECK_FALSE(lab["dx1"].is_shut_down());
    CHECK(lab.kept == std::set<std::string>{"dx2"});
    CHECK(lab.followed.empty());
    CHECK(lab.drain({"dx2", 1h}).text == "dx2 (192.0.2.2) is drained already");
    CHECK(lab.undrain({"dx2"}).outcome == Outcome::Done);
    CHECK(lab.kept.empty());
}

TEST_CASE("a neighbor that a new configuration removes is forgotten") {
    Lab lab;
    lab.drain({"dx1", 1h});
    lab.state.neighbors.remove(lab["dx1"].id);
    lab.drains.note();
    CHECK(lab.kept.empty());
    CHECK(lab.events.back() == "dx1: undrained: not configured any more");
    lab.drains.take_up(lab.add("dx1, address: 192.0.2.9"));
    CHECK_FALSE(lab["dx1"].drain);
}

TEST_CASE("a neighbor that a change on trial removes is drained again when that is taken back") {
    Lab lab;
    lab.drain({"dx1", 1h});
    lab.state.last_reload.on_trial = true;
    lab.drains.note();
    lab.state.neighbors.remove(lab["dx1"].id);
    lab.drains.note();
    CHECK(lab.kept == std::set<std::string>{"dx1"});  // also for a crash before that
    lab.drains.take_up(lab.add("dx1, address: 192.0.2.1"));
    CHECK(lab["dx1"].is_shut_down());
    lab.drains.note();
    lab.state.last_reload.on_trial = false;
    lab.drains.note();
    CHECK(lab.kept == std::set<std::string>{"dx1"});
    CHECK(lab.events.back().starts_with("dx1: drained"));  // nothing since
}

TEST_CASE("a neighbor that a change removed is forgotten when that is confirmed") {
    Lab lab;
    lab.drain({"dx1", 1h});
    lab.state.last_reload.on_trial = true;
    lab.state.neighbors.remove(lab["dx1"].id);
    lab.drains.note();
    lab.drains.note();
    CHECK(lab.kept == std::set<std::string>{"dx1"});
    lab.state.last_reload.on_trial = false;
    lab.drains.note();
    CHECK(lab.kept.empty());
    CHECK(lab.events.back() == "dx1: undrained: not configured any more");
    lab.drains.take_up(lab.add("dx1, address: 192.0.2.1"));
    CHECK_FALSE(lab["dx1"].drain);
}
