#include "libfib/fib/flush_queue.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using dx::fib::FlushQueue;
using dx::fib::IdStack;

TEST_CASE("a stack gives back what was put in, the latest first, over many blocks") {
    IdStack stack;
    for (int round = 0; round < 2; ++round) {
        for (std::uint32_t id = 0; id < 2000; ++id)
            stack.push(id);
        for (std::uint32_t id = 2000; id-- > 0;) {
            REQUIRE_FALSE(stack.empty());
            REQUIRE(stack.pop() == id);
        }
        CHECK(stack.empty());
    }
}

TEST_CASE("a stack that goes up and down at the edge of a block loses nothing") {
    IdStack stack;
    std::vector<std::uint32_t> expected;
    for (std::uint32_t id = 0; id < 3000; ++id) {
        stack.push(id);
        expected.push_back(id);
        if (id % 3 == 2) {
            REQUIRE(stack.pop() == expected.back());
            expected.pop_back();
            REQUIRE(stack.pop() == expected.back());
            expected.pop_back();
        }
    }
    for (; !expected.empty(); expected.pop_back())
        REQUIRE(stack.pop() == expected.back());
    CHECK(stack.empty());
}

TEST_CASE("additions come shortest first and deletions longest first, whenever they were put in") {
    FlushQueue queue;
    queue.push_addition(1, 24);
    queue.push_addition(2, 0);
    queue.push_deletion(3, 8);
    queue.push_deletion(4, 128);
    CHECK(queue.size() == 4);
    CHECK(queue.pop_addition() == 2U);
    queue.push_addition(5, 16);
    CHECK(queue.pop_addition() == 5U);
    CHECK(queue.pop_addition() == 1U);
    CHECK_FALSE(queue.pop_addition());
    CHECK(queue.pop_deletion() == 4U);
    queue.push_deletion(6, 32);
    CHECK(queue.pop_deletion() == 6U);
    CHECK(queue.pop_deletion() == 3U);
    CHECK_FALSE(queue.pop_deletion());
    CHECK(queue.size() == 0);
}

TEST_CASE("of every lane a few are urgent in each span of time, and come in their order") {
    FlushQueue queue;
    const dx::fib::TimePoint start{std::chrono::hours(1)};
    const auto later = start + FlushQueue::kShareOf;
    for (std::uint32_t id = 0; id < FlushQueue::kUrgentInLane; ++id)
        CHECK(queue.push_urgent(id, 5, start));
    CHECK_FALSE(queue.push_urgent(100, 5, start));
    CHECK(queue.push_urgent(101, 0, start));
    CHECK(queue.size() == FlushQueue::kUrgentInLane + 1U);
    for (std::uint32_t id = 0; id < FlushQueue::kUrgentInLane; ++id)
        CHECK(queue.pop_urgent() == id);
    CHECK_FALSE(queue.push_urgent(102, 5, later - std::chrono::milliseconds(1)));
    CHECK(queue.push_urgent(102, 5, later));
    CHECK(queue.pop_urgent() == 101U);
    CHECK(queue.pop_urgent() == 102U);
    CHECK_FALSE(queue.pop_urgent());
    CHECK(queue.size() == 0);
}

TEST_CASE("deletions that are not urgent are counted") {
    FlushQueue queue;
    CHECK(queue.push_urgent(1, 0, {}));
    queue.push_addition(2, 24);
    queue.push_deletion(3, 24);
    queue.push_deletion(4, 16);
    CHECK(queue.waiting_deletions() == 2);
    CHECK(queue.pop_deletion() == 3U);
    CHECK(queue.pop_addition() == 2U);
    CHECK(queue.waiting_deletions() == 1);
}
