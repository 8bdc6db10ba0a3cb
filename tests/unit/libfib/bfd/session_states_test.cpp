// RFC 5880 6.2, 6.8.6, 6.8.16: what becomes of the state.
#include "libfib/bfd/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/bfd/session_lab.hpp"

using namespace dx::bfd;
using namespace dx::bfd::test;
using namespace std::chrono_literals;

namespace {

// A session in this state, with a peer that was heard.
Lab in(State state) {
    Lab lab;
    lab.advance();
    if (state == State::AdminDown) lab.take(lab.session.set_admin_down(true, lab.now));
    if (state >= State::Init) lab.hear(State::Down);
    if (state == State::Up) lab.hear(State::Up);
    return lab;
}

State after(State ours, State theirs) {
    Lab lab = in(ours);
    REQUIRE(lab.session.state() == ours);
    lab.hear(theirs);
    return lab.session.state();
}

}  // namespace

TEST_CASE("a session speaks first, and at once") {
    Lab lab;
    CHECK(*lab.session.next_event() <= lab.now);
    lab.advance();
    REQUIRE(lab.sent.size() == 1);
    CHECK(lab.said.state == State::Down);
    CHECK(lab.said.my_discriminator == kOurs);
    CHECK(lab.said.your_discriminator == 0);
    CHECK(lab.said.desired_min_tx == 1s);
    CHECK(lab.said.required_min_rx == 300ms);
    CHECK(lab.said.required_min_echo_rx == 0ms);
    CHECK(lab.said.detect_multiplier == 3);
    CHECK_FALSE(lab.said.demand);
    CHECK_FALSE(lab.said.poll);
}

TEST_CASE("every state with everything that the peer may say") {
    using enum State;
    CHECK(after(Down, AdminDown) == Down);
    CHECK(after(Down, Down) == Init);
    CHECK(after(Down, Init) == Up);
    CHECK(after(Down, Up) == Down);
    CHECK(after(Init, AdminDown) == Down);
    CHECK(after(Init, Down) == Init);
    CHECK(after(Init, Init) == Up);
    CHECK(after(Init, Up) == Up);
    CHECK(after(Up, AdminDown) == Down);
    CHECK(after(Up, Down) == Down);
    CHECK(after(Up, Init) == Up);
    CHECK(after(Up, Up) == Up);
    for (const State theirs : {AdminDown, Down, Init, Up})
        CHECK(after(AdminDown, theirs) == AdminDown);
}

TEST_CASE("a new state is told at once, with the discriminator that was heard") {
    Lab lab;
    lab.advance();
    lab.hear(State::Down);
    REQUIRE(lab.sent.size() == 1);
    CHECK(lab.said.state == State::Init);
    CHECK(lab.said.your_discriminator == kTheirs);
    CHECK(lab.transition == Transition{State::Down, State::Init});
    lab.hear(State::Init);
    REQUIRE(lab.sent.size() == 1);
    CHECK(lab.said.state == State::Up);
    CHECK(lab.transition == Transition{State::Init, State::Up});
    lab.hear(State::Up);
    CHECK(lab.sent.empty());
    CHECK_FALSE(lab.transition);
}

TEST_CASE("a peer that goes Down takes the session down, and that is a failure") {
    Lab lab = in(State::Up);
    lab.theirs.diagnostic = Diagnostic::ControlDetectionTimeExpired;
    lab.hear(State::Down);
    REQUIRE(lab.transition);
    CHECK(lab.transition->from == State::Up);
    CHECK(lab.transition->to == State::Down);
    CHECK(lab.transition->diagnostic == Diagnostic::NeighborSignaledSessionDown);
    CHECK(lab.transition->remote_diagnostic == Diagnostic::ControlDetectionTimeExpired);
    CHECK(lab.transition->is_failure());
    CHECK(lab.said.diagnostic == Diagnostic::NeighborSignaledSessionDown);
    lab.hear(State::Down);
    CHECK(lab.said.state == State::Init);
    CHECK(lab.said.diagnostic == Diagnostic::NeighborSignaledSessionDown);  // still to be read
    lab.hear(State::Up);
    CHECK(lab.said.diagnostic == Diagnostic::None);
    CHECK(lab.transition->diagnostic == Diagnostic::None);
}

TEST_CASE("a failure tells whether the peer's BFD stands by itself, also where it fell silent") {
    const bool independent = GENERATE(true, false);
    Lab lab = in(State::Up);
    lab.theirs.control_plane_independent = independent;
    lab.hear(State::Up);
    SECTION("it says Down") {
        lab.hear(State::Down);
    }
    SECTION("it is not heard") {
        for (int i = 0; i < 100 && !lab.transition; ++i)
            lab.run_to_next_event();
    }
    REQUIRE(lab.transition);
    CHECK(lab.transition->is_failure());
    CHECK(lab.transition->peer_independent == independent);
}

TEST_CASE("a peer whose operator switches it off takes the session down without a failure") {
    Lab lab = in(State::Up);
    lab.theirs.diagnostic = Diagnostic::AdministrativelyDown;
    lab.hear(State::AdminDown);
    REQUIRE(lab.transition);
    CHECK(lab.transition->to == State::Down);
    CHECK(lab.transition->diagnostic == Diagnostic::NeighborSignaledSessionDown);
    CHECK(lab.transition->remote_diagnostic == Diagnostic::AdministrativelyDown);
    CHECK(lab.transition->administrative);
    CHECK_FALSE(lab.transition->is_failure());
    CHECK(lab.status().remote.state == State::AdminDown);
}

TEST_CASE("silence takes the session down, and forgets who the peer was") {
    for (const State state : {State::Init, State::Up}) {
        Lab lab = in(state);
        while (lab.session.state() == state)
            lab.run_to_next_event();
        REQUIRE(lab.transition);
        CHECK(lab.transition->to == State::Down);
        CHECK(lab.transition->diagnostic == Diagnostic::ControlDetectionTimeExpired);
        CHECK(lab.transition->is_failure() == (state == State::Up));
        CHECK(lab.said.state == State::Down);
        CHECK(lab.said.diagnostic == Diagnostic::ControlDetectionTimeExpired);
        CHECK(lab.said.your_discriminator == 0);
        CHECK_FALSE(lab.session.detection_deadline());
        CHECK(lab.status().remote.my_discriminator == 0);
    }
}

TEST_CASE("a peer that fell silent while Down is forgotten without a word") {
    Lab lab = in(State::Up);
    lab.hear(State::AdminDown);
    REQUIRE(lab.session.state() == State::Down);
    while (lab.session.detection_deadline()) {
        lab.run_to_next_event();
        CHECK_FALSE(lab.transition);
    }
    CHECK(lab.status().counters.downs == 1);
    CHECK(lab.status().local.your_discriminator == 0);
}

TEST_CASE("a peer that wanted no packets, and restarts without a word, is spoken to again") {
    Lab lab = in(State::Up);
    lab.theirs.required_min_rx = 0ms;
    lab.hear(State::Up);
    CHECK_FALSE(lab.status().transmit_interval);
    while (lab.session.state() == State::Up)
        lab.run_to_next_event();
    CHECK(lab.status().transmit_interval == 1s);
}

TEST_CASE("our operator's AdminDown is told until it is lifted, and is no failure") {
    Lab lab = in(State::Up);
    lab.take(lab.session.set_admin_down(true, lab.now));
    REQUIRE(lab.transition);
    CHECK(lab.transition->to == State::AdminDown);
    CHECK_FALSE(lab.transition->is_failure());
    REQUIRE(lab.sent.size() == 1);
    CHECK(lab.said.state == State::AdminDown);
    CHECK(lab.said.diagnostic == Diagnostic::AdministrativelyDown);
    CHECK(lab.status().counters.downs == 1);

    lab.take(lab.session.set_admin_down(true, lab.now));
    CHECK_FALSE(lab.transition);
    for (int i = 0; i < 10; ++i) {
        lab.run_to_next_event();
        if (!lab.sent.empty()) CHECK(lab.said.state == State::AdminDown);
    }
    lab.take(lab.session.set_admin_down(false, lab.now));
    CHECK(lab.session.state() == State::Down);
    CHECK(lab.said.state == State::Down);
    lab.hear(State::Down);
    lab.hear(State::Up);
    CHECK(lab.session.state() == State::Up);
    CHECK(lab.status().counters.ups == 2);
}

TEST_CASE("while AdminDown not even a Poll is answered") {
    Lab lab = in(State::AdminDown);
    lab.hear_poll(State::Down);
    CHECK(lab.sent.empty());
}

TEST_CASE("a peer that restarts under another discriminator is followed") {
    Lab lab = in(State::Up);
    lab.theirs.my_discriminator = 815;
    lab.hear(State::Up);
    CHECK(lab.session.state() == State::Up);
    lab.hear(State::Down);
    CHECK(lab.said.your_discriminator == 815);
}

TEST_CASE("packets and transitions are counted") {
    Lab lab;
    lab.come_up();
    const auto counters = lab.status().counters;
    CHECK(counters.packets_in == 3);
    CHECK(counters.packets_out == 3);
    CHECK(counters.ups == 1);
    CHECK(counters.downs == 0);
    CHECK(lab.status().state_since == lab.now);
}
