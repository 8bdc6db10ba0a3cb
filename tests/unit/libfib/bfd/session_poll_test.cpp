// RFC 5880 6.5, 6.8.3: Poll Sequences, and what waits for their Final.
#include "libfib/bfd/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/bfd/session_lab.hpp"

using namespace dx::bfd;
using namespace dx::bfd::test;
using namespace std::chrono_literals;

TEST_CASE("a Poll is answered at once, beside the timer") {
    Lab lab;
    lab.come_up();
    const auto due = lab.session.next_event();
    lab.hear_poll();
    REQUIRE(lab.sent.size() == 1);
    CHECK(lab.sent[0].final);
    CHECK_FALSE(lab.sent[0].poll);
    CHECK(lab.sent[0].state == State::Up);
    CHECK(lab.session.next_event() == due);
}

TEST_CASE("a Poll that also changes the state is answered with the new one") {
    Lab lab;
    lab.advance();
    lab.hear_poll(State::Down);
    REQUIRE(lab.sent.size() == 2);
    CHECK(lab.sent[0].final);
    CHECK(lab.sent[0].state == State::Init);
    CHECK_FALSE(lab.sent[1].final);
}

TEST_CASE("coming Up, our interval is offered by a Poll and used at once, for it is shorter") {
    Lab lab;
    lab.advance();
    lab.hear(State::Down);
    CHECK_FALSE(lab.said.poll);
    lab.hear(State::Init);
    CHECK(lab.said.poll);
    CHECK(lab.said.desired_min_tx == 300ms);
    CHECK(lab.status().transmit_interval == 300ms);
    lab.run_to_next_event();
    CHECK(lab.said.poll);  // until it is answered
    lab.hear_final();
    lab.run_to_next_event();
    CHECK_FALSE(lab.said.poll);
}

TEST_CASE("going Down, a second is offered and used at once") {
    Lab lab;
    lab.come_up();
    lab.hear(State::Down);
    CHECK(lab.said.desired_min_tx == 1s);
    CHECK(lab.status().transmit_interval == 1s);
}

TEST_CASE("a longer transmit interval is used after the Final only") {
    Lab lab;
    lab.come_up();
    lab.configure({1s, 300ms, 3});
    REQUIRE(lab.sent.size() == 1);  // at once
    CHECK(lab.said.poll);
    CHECK(lab.said.desired_min_tx == 1s);
    CHECK(lab.status().transmit_interval == 300ms);
    CHECK(lab.run_to_next_event() <= 300ms);
    CHECK(lab.said.poll);
    lab.hear(State::Up);
    CHECK(lab.status().transmit_interval == 300ms);
    lab.hear_final();
    CHECK(lab.status().transmit_interval == 1s);
    CHECK_FALSE(lab.status().polling);
    CHECK(lab.session.state() == State::Up);
}

TEST_CASE("a shorter transmit interval is used at once") {
    Lab lab;
    lab.come_up();
    lab.theirs.required_min_rx = 10ms;
    lab.hear(State::Up);
    lab.configure({50ms, 300ms, 3});
    CHECK(lab.said.poll);
    CHECK(lab.status().transmit_interval == 50ms);
}

TEST_CASE("a shorter required interval shortens the detection time after the Final only") {
    Lab lab;
    lab.theirs.desired_min_tx = 50ms;
    lab.come_up();
    REQUIRE(lab.status().detection_time == 900ms);
    lab.configure({300ms, 100ms, 3});
    CHECK(lab.said.poll);
    CHECK(lab.said.required_min_rx == 100ms);
    CHECK(lab.status().detection_time == 900ms);
    lab.hear_final();
    CHECK(lab.status().detection_time == 300ms);
}

TEST_CASE("a longer required interval lengthens the detection time at once") {
    Lab lab;
    lab.come_up();
    lab.configure({300ms, 2s, 3});
    CHECK(lab.said.poll);
    CHECK(lab.status().detection_time == 6s);
}

TEST_CASE("another multiplier is told at once and needs no Poll") {
    Lab lab;
    lab.come_up();
    lab.configure({300ms, 300ms, 5});
    REQUIRE(lab.sent.size() == 1);
    CHECK(lab.said.detect_multiplier == 5);
    CHECK_FALSE(lab.said.poll);
    lab.configure({300ms, 300ms, 5});
    CHECK(lab.sent.empty());
}

TEST_CASE("what is configured during a Poll Sequence is offered by one of its own") {
    Lab lab;
    lab.come_up();
    lab.now += 10s;
    lab.hear(State::Up);
    lab.configure(every(400ms));
    CHECK(lab.said.desired_min_tx == 400ms);
    lab.now += 20ms;
    lab.configure(every(500ms));
    CHECK(lab.sent.empty());
    lab.configure(every(600ms));
    lab.now += 20ms;
    lab.hear_final();  // of the first: a round trip of 40 ms
    CHECK(lab.status().transmit_interval == 400ms);
    CHECK_FALSE(lab.status().polling);
    lab.now += 39ms;
    lab.hear(State::Up);
    CHECK_FALSE(lab.status().polling);  // a second Final of the first may still come
    lab.now += 1ms;
    lab.hear(State::Up);
    CHECK(lab.status().polling);
    CHECK(lab.said.desired_min_tx == 600ms);
    CHECK(lab.status().transmit_interval == 400ms);
    lab.hear_final();
    CHECK(lab.status().transmit_interval == 600ms);
}

TEST_CASE("a Final that nobody asked for changes nothing") {
    Lab lab;
    lab.come_up();
    const auto before = lab.status();
    lab.hear_final();
    CHECK(lab.status().transmit_interval == before.transmit_interval);
    CHECK_FALSE(lab.status().polling);
    CHECK(lab.sent.empty());
    lab.now += 500ms;
    lab.hear_final();
    lab.configure(every(500ms));
    CHECK(lab.status().polling);  // nor does it put off what comes
}

TEST_CASE("settings may change before the peer is heard, and while Init and AdminDown") {
    Lab lab;
    lab.advance();
    lab.configure(every(2s));
    CHECK(lab.said.desired_min_tx == 2s);
    CHECK_FALSE(lab.said.poll);
    CHECK(lab.status().transmit_interval == 2s);
    lab.hear(State::Down);
    lab.configure(every(50ms));
    CHECK(lab.said.desired_min_tx == 1s);
    CHECK(lab.said.required_min_rx == 50ms);
    CHECK(lab.status().detection_time == 900ms);  // theirs is 300 ms
    lab.take(lab.session.set_admin_down(true, lab.now));
    lab.configure(every(100ms));
    CHECK(lab.said.required_min_rx == 100ms);
    CHECK(lab.said.state == State::AdminDown);
}

TEST_CASE("a session that fails during a Poll Sequence starts again without it") {
    Lab lab;
    lab.come_up();
    lab.configure(every(2s));
    while (lab.session.state() == State::Up)
        lab.run_to_next_event();
    CHECK_FALSE(lab.said.poll);
    CHECK(lab.status().transmit_interval == 2s);
    lab.hear(State::Down);
    lab.hear(State::Up);
    CHECK(lab.session.state() == State::Up);
    CHECK(lab.status().transmit_interval == 2s);
}
