// Two connections at once: RFC 4271 6.8, RFC 6286 2.3.
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

struct Side {
    std::uint32_t identifier;
    AsNumber as;
};

Lab lab_with(Side ours) {
    auto settings = our_settings();
    settings.router_id = {ours.identifier};
    settings.local_as = ours.as;
    return Lab(settings);
}

std::string closed(ConnectionId id) {
    return "close " + std::to_string(static_cast<std::uint32_t>(id)) + " with 6/7";
}

}  // namespace

TEST_CASE(
    "the connection of the side with the greater identifier survives, in whatever order the "
    "OPENs come") {
    struct Row {
        Side ours;  // theirs: identifier 0x0a000002, AS 64512
        ConnectionId kept;
    };

    const auto row = GENERATE(Row{{0x0a000001, 65000}, kAccepted},  // we are smaller
                              Row{{0x0a000003, 65000}, kDialled},   // we are greater
                              Row{{0x0a000002, 65000}, kDialled},   // the same: the AS decides
                              Row{{0x0a000002, 100}, kAccepted});
    const auto first = GENERATE(kDialled, kAccepted);
    const auto connected_first = GENERATE(kDialled, kAccepted);
    auto lab = lab_with(row.ours);
    lab.start();
    if (connected_first == kDialled) {
        lab.connect_outgoing();
        lab.connect_incoming();
    } else {
        lab.connect_incoming();
        lab.connect_outgoing();
    }
    const auto second = first == kDialled ? kAccepted : kDialled;
    const auto lost = row.kept == kDialled ? kAccepted : kDialled;
    lab.open(first);
    CHECK_FALSE(lab.did(closed(first)));
    CHECK_FALSE(lab.did(closed(second)));
    lab.open(second);
    CHECK(lab.did(closed(lost)));
    CHECK_FALSE(lab.did(closed(row.kept)));
    CHECK(lab.fsm.state_of(row.kept) == State::OpenConfirm);
    lab.keepalive(row.kept);
    CHECK(lab.fsm.state() == State::Established);
    CHECK(lab.fsm.furthest() == row.kept);
}

TEST_CASE("two speakers that dial each other at the same moment keep the same connection") {
    // A dials 1 and accepts 2; B sees the same two from the other side.
    auto settings_a = our_settings();
    auto settings_b = our_settings();
    std::swap(settings_b.local_as, settings_b.remote_as);
    settings_b.router_id = GENERATE(RouterId{0x0a000000}, RouterId{0x0a000002});
    Lab a(settings_a);
    Lab b(settings_b);
    a.start();
    b.start();
    const ConnectionId a_to_b{1};
    const ConnectionId b_to_a{2};
    a.connect(a_to_b, Direction::Outgoing);
    b.connect(a_to_b, Direction::Incoming);
    b.connect(b_to_a, Direction::Outgoing);
    a.connect(b_to_a, Direction::Incoming);
    a.handle(event::OpenReceived{a_to_b, make_open(settings_b)});
    b.handle(event::OpenReceived{b_to_a, make_open(settings_a)});
    a.handle(event::OpenReceived{b_to_a, make_open(settings_b)});
    b.handle(event::OpenReceived{a_to_b, make_open(settings_a)});
    REQUIRE(a.fsm.furthest());
    CHECK(a.fsm.furthest() == b.fsm.furthest());
    CHECK(a.fsm.state() == State::OpenConfirm);
    CHECK(b.fsm.state() == State::OpenConfirm);
    const auto expected = settings_b.router_id > settings_a.router_id ? b_to_a : a_to_b;
    CHECK(a.fsm.furthest() == expected);
}

TEST_CASE("an established session survives every collision") {
    const auto identifier = GENERATE(0x0a000001u, 0x0a000003u);
    auto lab = lab_with({identifier, 65000});
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.connect_incoming();
    CHECK(lab.did("send OPEN on 2"));
    lab.open(kAccepted);
    CHECK(lab.did(closed(kAccepted)));
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("a new connection makes us ask the established one whether it is alive") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.connect_incoming();
    CHECK(lab.did("send KEEPALIVE on 1"));

    // The peer restarted and its TCP answers with RST: the new connection takes over.
    lab.handle(event::Closed{kDialled, "reset"});
    lab.establish(kAccepted);
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("an established incoming session is defended against another incoming connection") {
    Lab lab;
    lab.start();
    lab.connect_incoming();
    lab.establish(kAccepted);
    const ConnectionId third{3};
    lab.connect(third, Direction::Incoming);
    lab.open(third);
    CHECK(lab.did(closed(third)));
    CHECK(lab.fsm.furthest() == kAccepted);
}

TEST_CASE("of two silent connections that came in, the newer one stays") {
    Lab lab;
    lab.start();
    lab.connect_incoming();
    const ConnectionId third{3};
    lab.connect(third, Direction::Incoming);
    CHECK(lab.did(closed(kAccepted)));
    CHECK(lab.did("send OPEN on 3"));
    lab.establish(third);
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("an incoming connection that has said OPEN is not replaced by another one") {
    Lab lab;
    lab.start();
    lab.connect_incoming();
    lab.open(kAccepted);
    CHECK(lab.handle(event::Connected{ConnectionId{3}, Direction::Incoming}) ==
          std::vector<std::string>{"close 3 with 6/7"});
}

TEST_CASE("beside a session there is one other connection at most") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.connect_incoming();
    lab.establish(kAccepted);
    REQUIRE(lab.fsm.state_of(kDialled) == State::OpenSent);
    lab.connect(ConnectionId{3}, Direction::Incoming);
    CHECK(lab.did(closed(kDialled)));
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("a connection lost to a collision starts no timer and counts as no failure") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.connect_incoming();
    lab.open(kDialled);
    lab.open(kAccepted);
    CHECK_FALSE(lab.started(Timer::IdleHold));
    CHECK_FALSE(lab.started(Timer::ConnectRetry));
    CHECK(lab.fsm.connect_retry_count() == 0);
    CHECK(lab.down()->cause == DownCause::Collision);
}
