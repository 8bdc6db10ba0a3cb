#include "daemon/gateway_report.hpp"

#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::daemon;
using netlink::NeighborEntry;
using namespace std::chrono_literals;

namespace {

Gateway gateway(bool tracked) {
    Gateway made{
        .peer = {*net::IpAddress::parse("192.0.2.1"), ""}, .interface = {}, .settings = {}};
    if (tracked) made.tracking = config::Tracking{1s, 3};
    return made;
}

}  // namespace

TEST_CASE("why a gateway is in use or not: its link, its answers, BFD") {
    auto tracked = gateway(true);
    Reachability known(*tracked.tracking);
    known.look(NeighborEntry::Confirmed);
    CHECK(gateway_cause(tracked, &known, nullptr) == "it answers");
    for (int i = 0; i < 3; ++i)
        known.look(NeighborEntry::Known);
    CHECK(gateway_cause(tracked, &known, nullptr) ==
          "it does not answer (3 times, asked every 1s)");
    tracked.missing = "interface eth9 does not exist";
    CHECK(gateway_cause(tracked, nullptr, nullptr) == "interface eth9 does not exist");
    auto kept = gateway(false);  // BFD still carries it
    kept.missing = "no address on its subnet";
    kept.in_use = true;
    BfdSessions::Path up;
    up.state = bfd::State::Up;
    CHECK(gateway_cause(kept, nullptr, &up) == "BFD is Up");

    const auto watched = gateway(false);
    BfdSessions::Path path;
    CHECK(gateway_cause(watched, nullptr, &path) == "BFD is Down");
    path.state = bfd::State::Up;
    CHECK(gateway_cause(watched, nullptr, &path) == "BFD is Up");
    path.state = bfd::State::Down;
    path.switched_off = true;
    CHECK(gateway_cause(watched, nullptr, &path) == "BFD was switched off by the peer: they stay");
}

TEST_CASE("a gateway's event says which, who watches it and how many routes it takes along") {
    auto tracked = gateway(true);
    tracked.in_use = true;
    tracked.routes = 2;
    auto event = gateway_event(tracked, "it answers");
    CHECK(event.kind == EventKind::GatewayUp);
    CHECK(event.neighbor.empty());
    CHECK(event.text == "static routes via 192.0.2.1: it answers");
    CHECK(event.details == Event::Details{{"gateway", std::string("192.0.2.1")},
                                          {"watchedBy", std::string("track")},
                                          {"staticRoutes", std::int64_t{2}}});
    tracked.in_use = false;
    CHECK(gateway_event(tracked, "x").kind == EventKind::GatewayDown);
    CHECK(gateway_event(gateway(false), "x").details[1].second == Event::Value(std::string("bfd")));
}

TEST_CASE("a gateway's ups and downs take turns") {
    auto tracked = gateway(true);
    Reachability known(*tracked.tracking);
    CHECK_FALSE(is_news(tracked, nullptr));
    CHECK_FALSE(is_news(tracked, &known));  // nobody knows yet
    for (int i = 0; i < 13; ++i)
        known.look(NeighborEntry::Known);
    REQUIRE(known.judged());
    CHECK(is_news(tracked, &known));  // silent from the start
    tracked.told = false;
    tracked.missing = "interface eth9 is down";  // its link goes, and comes back
    CHECK_FALSE(is_news(tracked, nullptr));
    tracked.missing.clear();
    Reachability anew(*tracked.tracking);
    CHECK_FALSE(is_news(tracked, &anew));
    CHECK_FALSE(is_news(tracked, &known));
    tracked.in_use = true;
    CHECK(is_news(tracked, &known));
    tracked.told = true;
    CHECK_FALSE(is_news(tracked, &known));
    tracked.in_use = false;
    CHECK(is_news(tracked, &anew));  // was told to be up
}

TEST_CASE("what cannot be used from the start is told: no link, no first Up") {
    auto tracked = gateway(true);
    tracked.missing = "interface eth9 does not exist";
    CHECK(is_news(tracked, nullptr));
    CHECK(is_news(gateway(false), nullptr));
}

TEST_CASE("a gateway that was down and is given up by the configuration ends with an up") {
    auto gone = gateway(false);
    CHECK_FALSE(no_longer_watched(gone));
    gone.told = true;
    CHECK_FALSE(no_longer_watched(gone));
    gone.told = false;
    const auto event = no_longer_watched(gone);
    REQUIRE(event);
    CHECK(event->kind == EventKind::GatewayUp);
    CHECK(event->text == "static routes via 192.0.2.1: no longer watched");
}

TEST_CASE("a BFD session's link is there while one of its users has it") {
    BfdSessions::Path path;
    path.wishes.resize(2);
    path.wishes[0].attached = false;
    CHECK(path.is_attached());
    path.wishes[1].attached = false;
    CHECK_FALSE(path.is_attached());
}
