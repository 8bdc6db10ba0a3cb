// A peer that opens another connection beside its session, since it has lost that: RFC 4724 4.2, 5.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

// A peer with graceful restart (RFC 4724) that opens another connection, kNew, beside its session.
const ConnectionId kNew{3};

struct Takeover : Lab {
    explicit Takeover(Direction direction = Direction::Outgoing, bool ours = true,
                      bool restarts = true)
        : Lab(settings(ours)),
          theirs(their_open()),
          old(direction == Direction::Outgoing ? kDialled : kAccepted) {
        theirs.capabilities.graceful_restart = GracefulRestart{false, false, 120s, {}};
        if (restarts)
            theirs.capabilities.graceful_restart->families = {
                {AfiSafi::unicast(dx::net::Family::Ipv4), false}};
        start();
        if (direction == Direction::Incoming) handle(event::ConnectFailed{"refused"});
        connect(old, direction);
        open(old);
        keepalive(old);
    }

    static PeerSettings settings(bool restarts) {
        auto settings = our_settings();
        if (restarts) settings.graceful_restart = GracefulRestart{false, false, 60s, {}};
        return settings;
    }

    void open(ConnectionId id) { handle(event::OpenReceived{id, theirs}); }

    void open_new(std::chrono::seconds hold_time = 90s) {
        connect(kNew, Direction::Incoming);
        theirs.hold_time = hold_time;
        open(kNew);
    }

    Open theirs;
    ConnectionId old;
};

}  // namespace

TEST_CASE("the KEEPALIVE of a new connection ends the session of a peer that restarts gracefully") {
    Takeover lab(GENERATE(Direction::Outgoing, Direction::Incoming));
    lab.open_new(GENERATE(0s, 90s));
    CHECK(lab.did("send KEEPALIVE on 3"));
    CHECK_FALSE(lab.down());
    CHECK(lab.fsm.furthest() == lab.old);
    REQUIRE(lab.fsm.state_of(kNew) == State::OpenConfirm);

    const auto done = lab.handle(event::KeepaliveReceived{kNew});
    // Without a NOTIFICATION: nothing but TCP has failed. And before the next session is told.
    CHECK(done.front() == "close " + std::to_string(static_cast<std::uint32_t>(lab.old)));
    CHECK(std::ranges::find(done, "session down: connection closed") <
          std::ranges::find(done, "session up on 3"));
    REQUIRE(lab.down());
    CHECK_FALSE(lab.down()->notification);
    CHECK(lab.fsm.furthest() == kNew);
    CHECK(lab.fsm.state_of(lab.old) == State::Idle);
    CHECK(lab.started(Timer::Settle));
    CHECK_FALSE(lab.started(Timer::IdleHold));
}

TEST_CASE("without graceful restart on both sides an OPEN beside the session is a collision") {
    const auto ours = GENERATE(true, false);
    Takeover lab(Direction::Outgoing, ours, !ours);
    lab.open_new();
    CHECK(lab.did("close 3 with 6/7"));
    CHECK(lab.fsm.furthest() == kDialled);
}

TEST_CASE("what we dialled before the peer's session came up takes nothing over") {
    Takeover lab(Direction::Incoming);
    lab.handle(event::Reset{sent_notification(notification(CeaseReason::AdministrativeReset))});
    lab.handle(event::Expired{Timer::IdleHold, {}});
    lab.connect(kDialled, Direction::Outgoing);
    lab.connect(kNew, Direction::Incoming);
    lab.open(kNew);
    lab.keepalive(kNew);
    REQUIRE(lab.fsm.state_of(kDialled) == State::OpenSent);
    lab.open(kDialled);
    CHECK(lab.did("close 1 with 6/7"));
    CHECK(lab.fsm.furthest() == kNew);
}

TEST_CASE("the old session stays if nothing follows the OPEN of a new connection") {
    const auto hold_time = GENERATE(0s, 3s, 300s);
    Takeover lab;
    lab.open_new(hold_time);
    const auto limit = lab.started(Timer::Hold);
    REQUIRE(limit);
    CHECK(*limit <= lab.fsm.settings().open_timeout);
    if (hold_time == 3s) CHECK(*limit == 3s);
    lab.handle(event::Expired{Timer::Hold, kNew});
    CHECK(lab.did("close 3 with 4/0"));
    CHECK_FALSE(lab.started(Timer::IdleHold));
    CHECK(lab.fsm.furthest() == kDialled);
    CHECK(lab.fsm.state() == State::Established);
}

// Both sides dialled, and the peer's SYN came through only after our connection was Established.
TEST_CASE("a peer that is alive ends a collision with a NOTIFICATION, and the session stays") {
    Takeover lab;
    lab.open_new();
    lab.handle(event::NotificationReceived{
        kNew, notification(CeaseReason::ConnectionCollisionResolution)});
    CHECK(lab.fsm.state_of(kNew) == State::Idle);
    CHECK(lab.fsm.furthest() == kDialled);
    CHECK_FALSE(lab.started(Timer::IdleHold));
}

TEST_CASE("what was read late of the lost session does not end the new connection") {
    Takeover lab;
    lab.open_new();
    lab.handle(event::UpdateReceived{kDialled});
    CHECK(lab.fsm.state_of(kNew) == State::OpenConfirm);
    lab.keepalive(kNew);
    CHECK(lab.fsm.furthest() == kNew);
}

TEST_CASE("the new connection goes on if the old session ends first") {
    Takeover lab;
    lab.open_new();
    const auto ended = GENERATE(true, false);
    if (ended)
        lab.handle(event::Closed{kDialled, "reset"});
    else
        lab.handle(event::Expired{Timer::Hold, kDialled});
    CHECK_FALSE(lab.started(Timer::IdleHold));
    CHECK(lab.fsm.state() == State::OpenConfirm);
    lab.keepalive(kNew);
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("a new connection that is silent after its OPEN gives way to a newer one") {
    Takeover lab;
    lab.open_new();
    const ConnectionId newer{4};
    lab.connect(newer, Direction::Incoming);
    CHECK(lab.did("close 3 with 6/7"));
    CHECK(lab.did("send KEEPALIVE on 1"));
    lab.open(newer);
    lab.keepalive(newer);
    CHECK(lab.fsm.furthest() == newer);
}
