// How soon a neighbor is tried again (RFC 4271 8.1.1, DampPeerOscillations).
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

const Event kError =
    event::MalformedMessage{kDialled, notification(UpdateError::MalformedAttributeList), ""};
const Event kPeerCease =
    event::NotificationReceived{kDialled, notification(CeaseReason::AdministrativeReset)};

// Up, then `end`; how long Idle lasts.
std::chrono::milliseconds idle_after(Lab& lab, const Event& end) {
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.handle(end);
    const auto held = lab.started(Timer::IdleHold);
    REQUIRE(held);
    CHECK(lab.fsm.state() == State::Idle);
    lab.handle(event::Expired{Timer::IdleHold, {}});
    CHECK(lab.did("dial"));
    return *held;
}

bool within(std::chrono::milliseconds value, std::chrono::milliseconds nominal) {
    return value <= nominal && value >= nominal * 3 / 4;
}

}  // namespace

TEST_CASE("Idle grows with each error in a row, up to a limit") {
    Lab lab;
    lab.start();
    for (const auto nominal : {1000ms, 2000ms, 4000ms, 8000ms, 15'000ms, 15'000ms})
        CHECK(within(idle_after(lab, kError), nominal));
    for (int i = 0; i < 100; ++i)
        CHECK(idle_after(lab, kError) <= kIdleHoldMax);
}

TEST_CASE("a session that settled makes the next Idle short again") {
    Lab lab;
    lab.start();
    for (int i = 0; i < 4; ++i)
        idle_after(lab, kError);
    lab.connect_outgoing();
    lab.establish(kDialled);
    lab.handle(event::Expired{Timer::Settle, {}});
    lab.handle(kError);
    CHECK(within(*lab.started(Timer::IdleHold), 1000ms));
}

TEST_CASE("after an end in good order the neighbor is dialled almost at once") {
    Lab lab;
    lab.start();
    CHECK(within(idle_after(lab, kPeerCease), 250ms));
    Lab other;
    other.start();
    CHECK(within(idle_after(other, event::Closed{kDialled, "the peer restarts"}), 250ms));
}

TEST_CASE("our operator's reset forgets what was before, other resets are damped") {
    Lab lab;
    lab.start();
    for (int i = 0; i < 4; ++i)
        idle_after(lab, kError);
    const auto clear = sent_notification(notification(CeaseReason::AdministrativeReset));
    CHECK(within(idle_after(lab, event::Reset{clear}), 250ms));
    Lab other;
    other.start();
    const auto bfd = sent_notification(notification(CeaseReason::BfdDown));
    CHECK(within(idle_after(other, event::Reset{bfd}), 1000ms));
}

TEST_CASE("a neighbor that is damped may connect all the same") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.handle(event::MalformedMessage{kDialled, notification(OpenError::BadPeerAs), ""});
    REQUIRE(lab.fsm.state() == State::Idle);
    lab.connect_incoming();
    CHECK(lab.did("stop IdleHold"));
    CHECK(lab.did("send OPEN on 2"));
    lab.establish(kAccepted);
    CHECK(lab.fsm.state() == State::Established);
}

TEST_CASE("a version error does not count as a failure (RFC 4271 8.2.2, event 24)") {
    Lab lab;
    lab.start();
    lab.connect_outgoing();
    lab.handle(
        event::NotificationReceived{kDialled, notification(OpenError::UnsupportedVersion, {0, 4})});
    CHECK(lab.fsm.connect_retry_count() == 0);
    CHECK(within(*lab.started(Timer::IdleHold), 10s));
    lab.handle(event::Expired{Timer::IdleHold, {}});
    CHECK(within(idle_after(lab, kError), 1000ms));
}
