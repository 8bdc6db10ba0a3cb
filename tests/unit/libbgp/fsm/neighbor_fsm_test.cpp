#include "libbgp/fsm/neighbor_fsm.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

using Words = std::vector<std::string>;

TEST_CASE("a neighbor is dialled the moment it is started") {
    Lab lab;
    CHECK(lab.fsm.state() == State::Idle);
    CHECK(lab.handle(event::Start{}) == Words{"dial"});
    CHECK(lab.fsm.state() == State::Connect);
}

TEST_CASE("a passive neighbor is waited for") {
    auto settings = our_settings();
    settings.passive = true;
    Lab lab(settings);
    CHECK(lab.handle(event::Start{}).empty());
    CHECK(lab.fsm.state() == State::Active);
    lab.connect_incoming();
    CHECK(lab.fsm.state() == State::OpenSent);
    lab.establish(kAccepted);
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("the way to Established") {
    Lab lab;
    lab.start();
    CHECK(lab.handle(event::Connected{kDialled, Direction::Outgoing}) ==
          Words{"send OPEN on 1", "start Hold of 1"});
    CHECK(lab.started(Timer::Hold) == 240s);  // RFC 4271 8.2.2: a large value
    CHECK(lab.fsm.state() == State::OpenSent);
    CHECK(lab.handle(event::OpenReceived{kDialled, their_open()}) ==
          Words{"send KEEPALIVE on 1", "start Hold of 1", "start Keepalive of 1"});
    CHECK(lab.started(Timer::Hold) == 90s);
    CHECK(lab.started(Timer::Keepalive) <= 30s);
    CHECK(lab.started(Timer::Keepalive) >= 22500ms);
    CHECK(lab.fsm.state() == State::OpenConfirm);
    CHECK_FALSE(lab.fsm.session());
    CHECK(lab.handle(event::KeepaliveReceived{kDialled}) ==
          Words{"start Hold of 1", "start SendHold of 1", "start Settle", "session up on 1"});
    CHECK(lab.started(Timer::SendHold) == 480s);  // RFC 9687: at least eight minutes
    CHECK(lab.fsm.state() == State::Established);
    REQUIRE(lab.fsm.session());
    CHECK(lab.fsm.session()->remote_id == RouterId{0x0a000002});
}

TEST_CASE("the send hold time is twice the hold time where that is more") {
    auto settings = our_settings();
    settings.hold_time = 300s;
    Lab lab(settings);
    lab.start();
    lab.connect_outgoing();
    auto theirs = their_open();
    theirs.hold_time = 300s;
    lab.handle(event::OpenReceived{kDialled, theirs});
    lab.keepalive(kDialled);
    CHECK(lab.started(Timer::SendHold) == 600s);
}

TEST_CASE("hold time zero: no hold timer, no KEEPALIVEs of our own accord") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    auto theirs = their_open();
    theirs.hold_time = 0s;
    CHECK(lab.handle(event::OpenReceived{kDialled, theirs}) ==
          Words{"send KEEPALIVE on 1", "start Hold of 1"});
    CHECK(lab.started(Timer::Hold) == lab.fsm.settings().open_timeout);  // there is a session yet
    lab.keepalive(kDialled);
    CHECK(lab.fsm.state() == State::Established);
    CHECK(lab.did("stop Hold of 1"));
    CHECK_FALSE(lab.started(Timer::Hold));
    CHECK(lab.handle(event::UpdateReceived{kDialled}).empty());
}

TEST_CASE("a KEEPALIVE is sent at most once a second, jitter or not") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    auto theirs = their_open();
    theirs.hold_time = 3s;
    lab.handle(event::OpenReceived{kDialled, theirs});
    for (int i = 0; i < 20; ++i) {
        CHECK(lab.handle(event::Expired{Timer::Keepalive, kDialled}) ==
              Words{"send KEEPALIVE on 1", "start Keepalive of 1"});
        CHECK(lab.started(Timer::Keepalive) == 1s);
    }
}

TEST_CASE("UPDATE and KEEPALIVE restart the hold timer, ROUTE-REFRESH does not") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    CHECK(lab.handle(event::UpdateReceived{kDialled}) == Words{"start Hold of 1"});
    CHECK(lab.handle(event::KeepaliveReceived{kDialled}) == Words{"start Hold of 1"});
    CHECK(lab.handle(event::RouteRefreshReceived{kDialled}).empty());
}

TEST_CASE("the hold timer ends a connection with 4/0 in every state") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    const auto steps = GENERATE(0, 1, 2);
    if (steps > 0) lab.open(kDialled);
    if (steps > 1) lab.keepalive(kDialled);
    lab.handle(event::Expired{Timer::Hold, kDialled});
    CHECK(lab.did("close 1 with 4/0"));
    REQUIRE(lab.down());
    CHECK(lab.down()->cause == DownCause::HoldTimerExpired);
    CHECK(lab.fsm.state() == State::Idle);
}

TEST_CASE("the send hold timer ends a session with 8/0") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.handle(event::Expired{Timer::SendHold, kDialled});
    CHECK(lab.did("close 1 with 8/0"));
    CHECK(lab.down()->cause == DownCause::SendHoldTimerExpired);
}

TEST_CASE("a message that does not belong to the state is answered with the state's subcode") {
    const auto [steps, code] = GENERATE(table<int, std::string>({{0, "1"}, {1, "2"}, {2, "3"}}));
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    if (steps > 0) lab.open(kDialled);
    if (steps > 1) lab.keepalive(kDialled);
    const auto copy = lab;
    for (const Event& event : std::vector<Event>{
             event::OpenReceived{kDialled, their_open()}, event::KeepaliveReceived{kDialled},
             event::UpdateReceived{kDialled}, event::RouteRefreshReceived{kDialled}}) {
        lab = copy;
        const bool open = std::holds_alternative<event::OpenReceived>(event);
        const bool keepalive = std::holds_alternative<event::KeepaliveReceived>(event);
        const bool expected = open ? steps == 0 : keepalive ? steps > 0 : steps == 2;
        lab.handle(event);
        CAPTURE(describe(event), steps);
        CHECK(lab.did("close 1 with 5/" + code) == !expected);
    }
}

TEST_CASE("a ROUTE-REFRESH is an unknown message to a speaker that did not announce it") {
    auto settings = our_settings();
    settings.route_refresh = false;
    Lab lab(settings);
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.handle(event::RouteRefreshReceived{kDialled});
    CHECK(lab.did("close 1 with 1/3"));
    CHECK(lab.down()->notification->data == std::vector<std::uint8_t>{5});
}

TEST_CASE("a NOTIFICATION is not answered") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    const auto cease = notification(CeaseReason::AdministrativeShutdown);
    lab.handle(event::NotificationReceived{kDialled, cease});
    CHECK(lab.did("close 1"));
    CHECK(lab.down()->cause == DownCause::NotificationReceived);
    CHECK(lab.down()->notification == cease);
}

TEST_CASE("an unacceptable OPEN is answered with its NOTIFICATION") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    auto theirs = their_open();
    theirs.my_as = 1;
    lab.handle(event::OpenReceived{kDialled, theirs});
    CHECK(lab.did("close 1 with 2/2"));
    CHECK(lab.fsm.state() == State::Idle);
}

TEST_CASE("what framing and decoding find is sent as it is") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.handle(event::MalformedMessage{
        kDialled, notification(HeaderError::ConnectionNotSynchronized), "the marker"});
    CHECK(lab.did("close 1 with 1/1"));
    CHECK(lab.down()->cause == DownCause::ProtocolError);
}

TEST_CASE("our own bug ends the connection and is not blamed on anyone else") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.handle(event::InternalError{kDialled, "vector::at"});
    CHECK(lab.did("close 1 with 6/0"));
    CHECK(lab.down()->cause == DownCause::InternalError);
    CHECK(lab.down()->text == "vector::at");
}

TEST_CASE(
    "stopping sends the operator's Cease on everything that is connected, and stays stopped") {
    Lab lab;
    lab.start();
    lab.connect_incoming();
    lab.connect_outgoing();
    const auto cease = cease_with_text(CeaseReason::AdministrativeShutdown, "maintenance");
    lab.handle(event::Stop{sent_notification(cease)});
    CHECK(lab.did("close 1 with 6/2"));
    CHECK(lab.did("close 2 with 6/2"));
    CHECK(lab.fsm.state() == State::Idle);
    CHECK(lab.handle(event::Expired{Timer::ConnectRetry, {}}).empty());
    CHECK(lab.handle(event::Reset{sent_notification(cease)}).empty());
    CHECK(lab.handle(event::Start{}) == Words{"dial"});
}

TEST_CASE("stopping in Connect cancels the attempt") {
    Lab lab;
    lab.start();
    CHECK(lab.handle(event::Stop{{DownCause::Unreachable, {}, "no interface"}}) ==
          Words{"cancel dial"});
    CHECK(lab.handle(event::Connected{kDialled, Direction::Outgoing}) == Words{"close 1"});
}

TEST_CASE("an interface that goes ends the session without a NOTIFICATION, that nobody would get") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    CHECK(lab.handle(event::Stop{{DownCause::Unreachable, {}, "eth0 is down"}}) ==
          Words{"close 1", "stop Settle", "session down: unreachable"});
    CHECK(lab.handle(event::Start{}) == Words{"dial"});
}

TEST_CASE("connections to a neighbor that is shut down are rejected with 6/5") {
    Lab lab;
    CHECK(lab.handle(event::Connected{kAccepted, Direction::Incoming}) ==
          Words{"close 2 with 6/5"});
    CHECK(lab.fsm.state() == State::Idle);
}

TEST_CASE("a connection refused is tried again after connect-retry, with jitter") {
    Lab lab;
    for (int i = 0; i < 20; ++i) {
        i == 0 ? lab.start() : (void)lab.handle(event::Expired{Timer::ConnectRetry, {}});
        CHECK(lab.did("dial"));
        lab.handle(event::ConnectFailed{"refused"});
        CHECK(lab.fsm.state() == State::Active);
        CHECK(lab.started(Timer::ConnectRetry) >= 7500ms);
        CHECK(lab.started(Timer::ConnectRetry) <= 10s);
        CHECK(lab.down()->cause == DownCause::ConnectFailed);
    }
    CHECK(lab.fsm.connect_retry_count() == 20);
    lab.handle(event::Expired{Timer::ConnectRetry, {}});
    lab.connect_outgoing();
    lab.establish(kDialled);
    CHECK(lab.fsm.connect_retry_count() == 0);
}

TEST_CASE("an attempt that took as long as connect-retry is followed by the next at once") {
    Lab lab;
    lab.start();
    CHECK(lab.handle(event::ConnectFailed{"no answer", 10s}) ==
          Words{"attempt over: connect failed", "dial"});
    lab.handle(event::ConnectFailed{"no route", 4s});
    CHECK(lab.started(Timer::ConnectRetry) >= 3500ms);
    CHECK(lab.started(Timer::ConnectRetry) <= 6s);
}

TEST_CASE("a connection that closes before its OPEN leads back to Active") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.handle(event::Closed{kDialled, "closed"});
    CHECK(lab.fsm.state() == State::Active);
    CHECK(lab.started(Timer::ConnectRetry));
}

TEST_CASE("a silent connection from outside keeps nobody from dialling") {
    Lab lab;
    lab.start();
    lab.handle(event::ConnectFailed{"refused"});
    lab.connect_incoming();
    CHECK(lab.handle(event::Expired{Timer::ConnectRetry, {}}) == Words{"dial"});
    CHECK(lab.fsm.state() == State::OpenSent);
}

TEST_CASE("a session that ends beside a silent connection is followed by a new attempt") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.connect_incoming();
    lab.handle(event::Closed{kDialled, "closed"});
    CHECK(lab.fsm.state() == State::OpenSent);
    CHECK(lab.started(Timer::ConnectRetry));
}

TEST_CASE("nothing is dialled while a session is up or nearly up") {
    Lab lab;
    lab.start();
    lab.handle(event::ConnectFailed{"refused"});
    lab.connect_incoming();
    lab.open(kAccepted);
    CHECK(lab.did("stop ConnectRetry"));
    CHECK(lab.handle(event::Expired{Timer::ConnectRetry, {}}).empty());
}

TEST_CASE("an OPEN on an accepted connection makes the attempt in progress needless") {
    Lab lab;
    lab.start();
    lab.connect_incoming();
    lab.open(kAccepted);
    CHECK(lab.did("cancel dial"));
}

TEST_CASE("events of a connection that is gone have no effect") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.handle(event::Closed{kDialled, "closed"});
    CHECK(lab.handle(event::KeepaliveReceived{kDialled}).empty());
    CHECK(lab.handle(event::Expired{Timer::Hold, kDialled}).empty());
    CHECK(lab.handle(event::OpenReceived{kDialled, their_open()}).empty());
}

TEST_CASE("changed settings hold from the next connection on") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    auto settings = our_settings();
    settings.hold_time = 30s;
    lab.fsm.set_settings(settings);
    lab.open(kDialled);
    CHECK(lab.started(Timer::Hold) == 90s);
    lab.handle(event::Closed{kDialled, "closed"});
    lab.connect_incoming();
    lab.open(kAccepted);
    CHECK(lab.started(Timer::Hold) == 30s);
}
