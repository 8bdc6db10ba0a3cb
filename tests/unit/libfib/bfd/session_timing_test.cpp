// RFC 5880 6.8.2 to 6.8.4, 6.8.7: when packets are sent, and when the peer counts as lost.
#include <limits>

#include "libfib/bfd/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libfib/bfd/session_lab.hpp"

using namespace dx::bfd;
using namespace dx::bfd::test;
using namespace std::chrono_literals;

namespace {

struct Range {
    Interval least{std::numeric_limits<Interval::rep>::max()};
    Interval most{0};
};

// Between so many packets, with a peer that never falls silent.
Range intervals_between_packets(Lab& lab, int count) {
    Range range;
    TimePoint last = lab.now;
    for (int i = 0; i < count; ++i) {
        lab.hear(State::Up);
        lab.now = *lab.session.next_event();
        lab.advance();
        REQUIRE(lab.sent.size() == 1);
        const auto gap = std::chrono::duration_cast<Interval>(lab.now - last);
        last = lab.now;
        if (i == 0) continue;  // since the Poll that ended with come_up()
        range.least = std::min(range.least, gap);
        range.most = std::max(range.most, gap);
    }
    return range;
}

}  // namespace

TEST_CASE("packets follow each other in 75 to 100 % of the interval") {
    Lab lab;
    lab.come_up();
    const auto range = intervals_between_packets(lab, 2000);
    CHECK(range.least >= 225ms);
    CHECK(range.least < 227ms);
    CHECK(range.most <= 300ms);
    CHECK(range.most > 298ms);
}

TEST_CASE("with a multiplier of 1 they follow in 75 to 90 %") {
    Lab lab(every(300ms, 1));
    lab.come_up();
    const auto range = intervals_between_packets(lab, 2000);
    CHECK(range.least >= 225ms);
    CHECK(range.most <= 270ms);
    CHECK(range.most > 268ms);
}

TEST_CASE("while not Up a packet a second is the most, whatever is configured") {
    Lab lab(every(10ms));
    lab.advance();
    for (int i = 0; i < 100; ++i) {
        const auto gap = lab.run_to_next_event();
        CHECK(gap >= 750ms);
        CHECK(gap <= 1s);
        CHECK(lab.said.desired_min_tx == 1s);
        CHECK(lab.said.required_min_rx == 10ms);
    }
    Lab slow(every(5s));
    slow.advance();
    CHECK(slow.said.desired_min_tx == 5s);
    CHECK(slow.run_to_next_event() >= 3750ms);
}

// RFC 5880 6.8.7 bounds what is transmitted, and without a link nothing is.
TEST_CASE("when the link is back the next packet goes at once, whatever was said to nobody") {
    Lab lab;
    lab.advance();
    REQUIRE(lab.sent.size() == 1);
    lab.now += 100ms;
    lab.session.lose_link();
    const auto next = *lab.session.next_event();
    const bool long_gone = GENERATE(true, false);
    if (long_gone) {
        for (int i = 0; i < 5; ++i)
            lab.run_to_next_event();
        lab.session.lose_link();  // told twice: it is the first time that counts
        lab.now += 1ms;
    } else {
        lab.now += 50ms;
    }
    lab.take(lab.session.find_link(lab.now));
    CHECK(lab.sent.size() == (long_gone ? 1 : 0));
    if (!long_gone) CHECK(*lab.session.next_event() == next);
    lab.take(lab.session.find_link(lab.now));
    CHECK(lab.sent.empty());
    lab.run_to_next_event();
    CHECK(lab.run_to_next_event() >= 750ms);
}

TEST_CASE("the transmit interval is the greater of what we and the peer want") {
    Lab lab(every(50ms));
    lab.theirs.required_min_rx = 400ms;
    lab.come_up();
    CHECK(lab.status().transmit_interval == 400ms);
    lab.theirs.required_min_rx = 20ms;
    lab.hear(State::Up);
    CHECK(lab.status().transmit_interval == 50ms);
}

TEST_CASE("a peer that wants more packets gets the next one within the new interval") {
    Lab lab(every(50ms));
    lab.theirs.required_min_rx = 2s;
    lab.come_up();
    lab.now += 500ms;
    CHECK(lab.session.next_event() == lab.session.detection_deadline());
    lab.theirs.required_min_rx = 50ms;
    lab.hear(State::Up);
    const bool due = *lab.session.next_event() <= lab.now;
    CHECK(due);
}

TEST_CASE("a peer whose required interval is 0 gets no periodic packets") {
    Lab lab;
    lab.come_up();
    lab.theirs.required_min_rx = 0ms;
    lab.hear(State::Up);
    CHECK_FALSE(lab.status().transmit_interval);
    CHECK(lab.session.next_event() == lab.session.detection_deadline());
    lab.hear_poll();
    REQUIRE(lab.sent.size() == 1);  // but answers
    CHECK(lab.sent[0].final);
    lab.hear(State::Down);
    CHECK(lab.said.state == State::Down);  // and news
}

TEST_CASE("a peer in demand mode gets nothing but Polls while both are Up") {
    Lab lab;
    lab.come_up();
    lab.theirs.demand = true;
    lab.hear(State::Up);
    CHECK_FALSE(lab.status().transmit_interval);
    CHECK(lab.session.detection_deadline());  // it goes on sending, for we are not in demand mode
    lab.configure(every(500ms));
    CHECK(lab.status().transmit_interval == 300ms);
    CHECK(lab.run_to_next_event() <= 300ms);
    CHECK(lab.said.poll);
    lab.hear_final();
    CHECK_FALSE(lab.status().transmit_interval);
    lab.theirs.demand = false;
    lab.hear(State::Up);
    CHECK(lab.status().transmit_interval == 500ms);
}

TEST_CASE("the detection time is the peer's multiplier times the interval that both agree on") {
    Lab lab(every(300ms));
    lab.theirs.detect_multiplier = 5;
    lab.theirs.desired_min_tx = 200ms;
    lab.come_up();
    CHECK(lab.status().detection_time == 1500ms);
    lab.theirs.desired_min_tx = 400ms;
    lab.hear(State::Up);
    CHECK(lab.status().detection_time == 2s);
    CHECK(lab.session.detection_deadline() == lab.now + 2s);
}

TEST_CASE("the session is Up until the detection time has passed, and Down then") {
    Lab lab;
    lab.come_up();
    const auto deadline = lab.now + 900ms;
    lab.now = deadline - 1us;
    lab.advance();
    CHECK(lab.session.state() == State::Up);
    lab.now = deadline;
    lab.advance();
    CHECK(lab.session.state() == State::Down);
}

TEST_CASE("what came in time counts, however late it is read") {
    Lab lab;
    lab.come_up();
    const auto arrived = lab.now + 800ms;
    lab.now += 5s;
    lab.take(lab.session.receive(lab.theirs, arrived, lab.now));
    CHECK(lab.session.state() == State::Up);
    CHECK(lab.session.detection_deadline() == arrived + 900ms);
    lab.advance();  // and nothing more came: the peer is lost, and has been for a while
    CHECK(lab.session.state() == State::Down);
}

TEST_CASE("packets that are read out of their order move the deadline forward only") {
    Lab lab;
    lab.come_up();
    const auto start = lab.now;
    lab.now += 300ms;
    lab.hear(State::Up);
    lab.take(lab.session.receive(lab.theirs, start + 100ms, lab.now));
    CHECK(lab.session.detection_deadline() == start + 1200ms);
}

TEST_CASE("the smallest margin is what the longest silence left of the detection time") {
    Lab lab;
    lab.come_up();
    lab.now += 200ms;
    lab.hear(State::Up);
    CHECK(lab.status().smallest_margin == 700ms);
    lab.now += 650ms;
    lab.hear(State::Up);
    lab.now += 300ms;
    lab.hear(State::Up);
    CHECK(lab.status().smallest_margin == 250ms);
    lab.now += 950ms;
    lab.hear(State::Up);  // it had passed, but nobody looked
    CHECK(lab.session.state() == State::Up);
    CHECK(lab.status().smallest_margin == -50ms);
    lab.hear(State::Down);
    lab.hear(State::Down);
    lab.hear(State::Up);
    CHECK_FALSE(lab.status().smallest_margin);
}
