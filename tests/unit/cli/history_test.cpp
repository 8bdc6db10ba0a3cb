// The history, `why down` and `monitor`, byte for byte, through the daemon's own handlers.
#include <cstdlib>
#include <ctime>

#include <boost/json/parse.hpp>

#include "cli/event_text.hpp"
#include "cli/why_down.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

constexpr std::int64_t kNoon = 1'790'000'000'000;  // 2026-09-21 14:13:20 UTC

void use_utc() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
}

std::string event(std::int64_t after_ms, std::string_view kind, std::string_view text,
                  std::string_view details = "{}", std::string_view neighbor = "dx-primary") {
    auto json = fmt::format(R"({{"sequence":1,"time":{},"event":"{}",)", kNoon + after_ms, kind);
    if (!neighbor.empty()) json += fmt::format(R"("neighbor":"{}",)", neighbor);
    return json + fmt::format(R"("text":"{}","details":{}}})", text, details);
}

FakeRouter router_with_history() {
    use_utc();
    auto router = example_router();
    router.event_lines = {
        event(0, "established", "AS 64512, hold time 30 s, ipv4"),
        event(60'000, "link-down", "interface eth0.100 has no carrier"),
        event(60'012, "bfd-down", "control detection time expired",
              R"({"packetsIn":812,"packetsOut":820,"downs":1})"),
        event(60'013, "down", "BFD down", R"({"cause":"BFD down","ipv4Accepted":12})"),
        event(64'013, "established", "AS 64512, hold time 30 s, ipv4"),
    };
    return router;
}

boost::json::array events_of(const FakeRouter& router) {
    boost::json::array events;
    for (const auto& line : router.event_lines)
        events.push_back(boost::json::parse(line));
    return events;
}

std::string why(const FakeRouter& router, const Object& neighbor, std::int64_t after_ms) {
    const boost::json::array configurations{{{"number", 2}, {"what", "start"}},
                                            {{"number", 3}, {"what", "apply"}},
                                            {{"number", 4}, {"what", "rollback"}},
                                            {{"number", 5}, {"what", "apply"}}};
    return why_down_text("dx-primary", neighbor, events_of(router), kNoon + after_ms,
                         configurations);
}

const Object kUp{{"bgpState", "Established"}, {"bgpTimerUpMsec", 7'200'000}};
const Object kIdle{{"bgpState", "Active"}, {"lastError", "no answer from 169.254.10.1:179"}};

}  // namespace

TEST_CASE("The history has one event a line, the newest last") {
    auto router = router_with_history();
    CHECK(run(router, "show ip bgp neighbors dx-primary history 2") ==
          "2026-09-21 14:14:20.013  down                   BFD down (IPv4 routes used 12)\n"
          "2026-09-21 14:14:24.013  established            AS 64512, hold time 30 s, ipv4\n");
    CHECK(run(router, "show bgp neighbors dx-primary history")
              .find("packets in 812, packets out 820") != std::string::npos);
    CHECK_THROWS_AS(run(router, "show bgp neighbors dx-primary history none"), Failure);
    CHECK_THROWS_AS(run(router, "show bgp neighbors nobody history"), Failure);
}

TEST_CASE("The history as JSON is what the daemon keeps") {
    auto router = router_with_history();
    const auto json = parse_object(run(router, "show bgp neighbors dx-primary history 1 json"));
    CHECK(text(json, "neighbor") == "dx-primary");
    REQUIRE(list(json, "events").size() == 1);
    CHECK(text(list(json, "events")[0].as_object(), "event") == "established");
}

TEST_CASE("An empty history says so") {
    auto router = example_router();
    CHECK(run(router, "show bgp neighbors dx-primary history") == "Nothing is known of it yet\n");
}

TEST_CASE("Who did something has a name") {
    use_utc();
    const auto cleared = parse_object(event(0, "cleared", "by user 0", R"({"user":0})"));
    CHECK(event_words(cleared) == "by root");
}

TEST_CASE("A NOTIFICATION's data is shown where no text was made of it") {
    const auto words = [](std::string_view text, std::string_view details) {
        return event_words(parse_object(event(0, "notification-received", text, details)));
    };
    CHECK(words("Cease/Administrative Shutdown: dxrouted is stopping",
                R"({"data":"04626f6f74","message":"dxrouted is stopping"})") ==
          "Cease/Administrative Shutdown: dxrouted is stopping");
    CHECK(words("OPEN Message Error", R"({"data":"0004"})") == "OPEN Message Error (data 0004)");
}

TEST_CASE("monitor prints events and no heartbeats") {
    auto router = router_with_history();
    router.event_lines = {R"({"event":"heartbeat","time":1})",
                          event(0, "stopped", "SIGTERM", "{}", ""),
                          R"({"event":"missed","count":3})"};
    CHECK(run(router, "monitor neighbor dx-primary") ==
          "2026-09-21 14:13:20.000  stopped                -                SIGTERM\n"
          "(3 events missed: this terminal was too slow)\n");
    CHECK(run(router, "monitor", {.json = true})
              .starts_with(R"({"event":"heartbeat","time":1})"
                           "\n"));
    CHECK_THROWS_AS(run(router, "monitor neighbor nobody"), Failure);
}

TEST_CASE("why down: what led to it, how long it took, what to do") {
    CHECK(why(router_with_history(), kUp, 7'260'013) ==
          "dx-primary is up for 2 h; it went down 2 h ago (2026-09-21 14:14:20.013): BFD down, "
          "1 ms after BFD went down: control detection time expired, 13 ms after its link failed: "
          "interface eth0.100 has no carrier; it came back after 4 s; what to do: see whether the "
          "circuit loses packets: counters, light, the provider");
}

TEST_CASE("why down: the peer's BFD was heard and refused, so nothing got lost") {
    auto router = router_with_history();
    router.event_lines = {
        event(0, "established", "AS 64512, hold time 30 s, ipv4"),
        event(60'012, "bfd-down",
              "control detection time expired, for its packets are refused: authentication",
              R"({"packetsIn":812,"packetsOut":820,"downs":1,"refused":"authentication"})"),
        event(60'013, "down", "BFD down", R"({"cause":"BFD down"})")};
    const auto words = why(router, kIdle, 160'002);
    CHECK(words.find("BFD went down: control detection time expired, for its packets are refused: "
                     "authentication;") != std::string::npos);
    CHECK(words.ends_with(
        "what to do: set the peer's BFD right, `dxctl doctor dx-primary` says how"));
}

TEST_CASE("why down: it is down still") {
    auto router = router_with_history();
    router.event_lines.push_back(event(100'000, "cleared", "by user 0", R"({"user":0})"));
    router.event_lines.push_back(event(100'002, "down",
                                       "sent NOTIFICATION Cease/Administrative Reset",
                                       R"({"cause":"administrative"})"));
    CHECK(
        why(router, kIdle, 160'002) ==
        "dx-primary went down 60 s ago (2026-09-21 14:15:00.002): sent NOTIFICATION "
        "Cease/Administrative Reset, 2 ms after it was cleared by root; it has not come back: no "
        "answer from 169.254.10.1:179; 2 times within 24 h; what to do: `dxctl doctor dx-primary` "
        "walks the path to it");
}

FakeRouter reconfigured_router(std::string_view text, std::string_view reload) {
    auto router = router_with_history();
    router.event_lines.push_back(event(100'000, "down", text, R"({"cause":"administrative"})"));
    router.event_lines.push_back(event(100'000, "configuration-reloaded",
                                       fmt::format("by user 0: {}", reload),
                                       fmt::format(R"({{"user":0,"summary":"{}"}})", reload), ""));
    return router;
}

TEST_CASE("why down: where the peer speaks again and refuses, its end is no longer the trouble") {
    auto router = example_router();
    const auto ended_by = [&](const char* text, const char* cause) {
        router.event_lines = {
            event(0, "established", ""),
            event(60'000, "down", text, fmt::format(R"({{"cause":"{}"}})", cause))};
        const Object neighbor{
            {"bgpState", "Active"},
            {"lastError", "received NOTIFICATION OPEN Message Error/Bad Peer AS"}};
        const auto words = why(router, neighbor, 120'000);
        return words.substr(words.find("Bad Peer AS"));
    };
    CHECK(ended_by("the peer closed the connection", "connection closed") ==
          "Bad Peer AS; what to do: `dxctl doctor dx-primary` walks the path to it");
    CHECK(ended_by("received NOTIFICATION Cease", "notification received") ==
          "Bad Peer AS; what to do: ask the other side: it ended the session");
}

TEST_CASE("why down: a shutdown in the configuration names the change, and how to take it back") {
    const auto router = reconfigured_router(
        "sent NOTIFICATION Cease/Administrative Shutdown: shut down by configuration",
        "change 5: 1 change applied, reset: dx-primary");
    CHECK(why(router, {{"bgpState", "Idle"}, {"bgpStateNote", "Admin"}}, 160'000) ==
          "dx-primary went down 60 s ago (2026-09-21 14:15:00.000): sent NOTIFICATION "
          "Cease/Administrative Shutdown: shut down by configuration, as the configuration was "
          "changed by root: change 5: 1 change applied, reset: dx-primary; it has not come back: "
          "shut down by the configuration; 2 times within 24 h; what to do: take `shutdown` out of "
          "its configuration, or `dxctl config rollback 4`");
    CHECK(why_down_text("dx1", {{"bgpStateNote", "Admin"}}, {}, kNoon)
              .ends_with("what to do: take `shutdown` out of its configuration"));
}

TEST_CASE("why down: what the operator drained or tests is given back by the operator") {
    CHECK(why_down_text("dx1", {{"bgpStateNote", "Admin"}, {"drain", "drained"}}, {}, kNoon)
              .ends_with("what to do: `dxctl undrain dx1` when the work is done"));
    CHECK(why_down_text("dx1", {{"bgpStateNote", "Test"}}, {}, kNoon)
              .ends_with("a failover test gives it back; sooner: `dxctl undrain dx1`"));
}

TEST_CASE("why down: a changed password may be taken back, or the path is walked") {
    const std::string_view text =
        "sent NOTIFICATION Cease/Other Configuration Change: password changed";
    const auto changed =
        why(reconfigured_router(text, "change 3: 1 change applied"), kIdle, 160'000);
    CHECK(changed.find("password changed, as the configuration was changed by root: change 3: 1 "
                       "change applied; it has not come back") != std::string::npos);
    CHECK(
        changed.ends_with("what to do: `dxctl config rollback 2` if the change was wrong, else "
                          "`dxctl doctor dx-primary` walks the path to it"));
    CHECK(why(reconfigured_router(text, "1 change applied"), kIdle, 160'000)
              .find("`dxctl config rollback` to what `dxctl config history` has before it") !=
          std::string::npos);
}

TEST_CASE("why down: a change is taken back to what was in force, not to what was only found") {
    const auto router =
        reconfigured_router("sent NOTIFICATION Cease/Other Configuration Change: password changed",
                            "change 7: 1 change applied");
    const boost::json::array configurations{{{"number", 5}, {"what", "apply"}},
                                            {{"number", 6}, {"what", "found"}},
                                            {{"number", 7}, {"what", "apply"}}};
    const auto words =
        why_down_text("dx1", kIdle, events_of(router), kNoon + 160'000, configurations);
    CHECK(words.find("`dxctl config rollback 5` if the change was wrong") != words.npos);
}

TEST_CASE("why down: what a change that was not confirmed ended is not rolled back") {
    const auto words = why(
        reconfigured_router("sent NOTIFICATION Cease/Other Configuration Change: password changed",
                            "change 7 was not confirmed: 1 change applied"),
        kIdle, 160'000);
    CHECK(words.find("rollback") == words.npos);
    CHECK(words.find("walks the path to it") != words.npos);
}

TEST_CASE("why down: a change of the configuration right behind a clear is not its cause") {
    const auto words_after = [](std::string_view how) {
        auto router = router_with_history();
        router.event_lines.push_back(event(100'000, "cleared", how));
        router.event_lines.push_back(event(100'002, "down",
                                           "sent NOTIFICATION Cease/Administrative Reset",
                                           R"({"cause":"administrative"})"));
        router.event_lines.push_back(event(100'400, "configuration-reloaded",
                                           "by root: change 5: 1 change applied",
                                           R"({"summary":"change 5: 1 change applied"})", ""));
        return why(router, kIdle, 160'000);
    };
    const auto hard = words_after("by root");
    CHECK(hard.find("2 ms after it was cleared by root; it has not come back") != hard.npos);
    CHECK(hard.find("rollback") == hard.npos);
    CHECK(words_after("softly by root").find("rollback") != hard.npos);
}

TEST_CASE("why down: a link that is down is named once") {
    auto router = router_with_history();
    router.event_lines.push_back(event(100'000, "link-down", "interface eth0 is down"));
    router.event_lines.push_back(
        event(100'000, "down", "interface eth0 is down", R"({"cause":"unreachable"})"));
    CHECK(why(router, {{"bgpState", "Idle"}, {"waitingFor", "interface eth0 is down"}}, 160'000)
              .ends_with("): interface eth0 is down; it has not come back, since that is so still; "
                         "2 times within 24 h; what to do: bring the link or the address back"));
}

TEST_CASE("why down: too many prefixes are ours to change, and how many there were is known") {
    auto router = router_with_history();
    router.event_lines.push_back(
        event(100'000, "down", "received NOTIFICATION Cease/Maximum Number of Prefixes Reached",
              R"({"cause":"notification received","ipv4Advertised":20})"));
    const auto words = why(router, kIdle, 160'000);
    CHECK(
        words.ends_with("; it had been sent 20 ipv4 prefixes; what to do: announce fewer "
                        "(networks, `prefix-limit.out` with `aggregate`) or have the limit raised "
                        "there, then `clear ip bgp dx-primary`"));
}

TEST_CASE("why down: the router's own end") {
    auto router = router_with_history();
    router.event_lines.push_back(event(200'000, "stopped", "SIGTERM", "{}", ""));
    router.event_lines.push_back(event(201'000, "started", "dxrouted 1", "{}", ""));
    router.event_lines.push_back(event(203'000, "established", "AS 64512"));
    CHECK(
        why(router, kUp, 300'000).find("dxrouted was stopped (SIGTERM); it came back after 3 s") !=
        std::string::npos);
    router.event_lines.push_back(event(400'000, "started", "dxrouted 1", "{}", ""));
    CHECK(why(router, kIdle, 500'000).find("dxrouted ended without a word") != std::string::npos);
}

TEST_CASE("why down: of a neighbor that never was up, or never down") {
    use_utc();
    CHECK(
        why_down_text("dx1", kIdle, {}, kNoon) ==
        "dx1 has not been up as far back as is known: no answer from 169.254.10.1:179; what to do: "
        "`dxctl doctor dx1` walks the path to it");
    CHECK(why_down_text("dx1", kUp, {}, kNoon) ==
          "dx1 is up for 2 h and was not down as far back as is known");
    CHECK(why_down_text("dx1", {{"waitingFor", "interface eth0 is down"}}, {}, kNoon)
              .find("it waits: interface eth0 is down") != std::string::npos);
}

TEST_CASE("`why down` is a command, and `why` still takes prefixes") {
    auto router = router_with_history();
    CHECK(run(router, "why down dx-primary").starts_with("dx-primary "));
    CHECK(run(router, "why down 169.254.10.1").starts_with("dx-primary "));
    CHECK(run(router, "why 10.0.0.0/16").starts_with("10.0.0.0/16 "));
    CHECK_THROWS_AS(run(router, "why down nobody"), Failure);
}

TEST_CASE("A span of time in one unit") {
    using std::chrono::milliseconds;
    CHECK(span_text(milliseconds(12)) == "12 ms");
    CHECK(span_text(milliseconds(1999)) == "1999 ms");
    CHECK(span_text(milliseconds(4013)) == "4 s");
    CHECK(span_text(milliseconds(119'999)) == "119 s");
    CHECK(span_text(milliseconds(7'200'000)) == "2 h");
    CHECK(span_text(milliseconds(3 * 86'400'000LL)) == "3 days");
}
