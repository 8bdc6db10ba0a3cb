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
    auto event = gateway_event(tracked, 2, "it answers");
    CHECK(event.kind == EventKind::GatewayUp);
    CHECK(event.neighbor.empty());
    CHECK(event.text == "static routes via 192.0.2.1: it answers");
    CHECK(event.details == Event::Details{{"gateway", std::string("192.0.2.1")},
                                          {"watchedBy", std::string("track")},
                                          {"staticRoutes", std::int64_t{2}}});
    tracked.in_use = false;
    CHECK(gateway_event(tracked, 2, "x").kind == EventKind::GatewayDown);
    CHECK(gateway_event(gateway(false), 1, "x").details[1].second ==
          Event::Value(std::string("bfd")));
}
