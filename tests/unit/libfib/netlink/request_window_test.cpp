#include "libfib/netlink/request_window.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using dx::netlink::RequestWindow;

namespace {

using Settled = std::vector<std::pair<std::uint64_t, bool>>;

Settled answer(RequestWindow& window, std::uint32_t sequence, bool failed) {
    Settled settled;
    window.answer(sequence, failed,
                  [&](std::uint64_t token, bool done) { settled.emplace_back(token, done); });
    return settled;
}

}  // namespace

TEST_CASE("an answer to the last of a batch settles the whole batch") {
    RequestWindow window;
    window.add(10);
    window.add(11);
    const auto last = window.add(12);
    CHECK(answer(window, last, false) == Settled{{10, true}, {11, true}, {12, true}});
    CHECK(window.empty());
}

TEST_CASE("an error belongs to its request, and those before it have succeeded") {
    RequestWindow window;
    window.add(10);
    const auto second = window.add(11);
    const auto third = window.add(12);
    CHECK(answer(window, second, true) == Settled{{10, true}, {11, false}});
    CHECK(window.open() == 1);
    CHECK(answer(window, third, true) == Settled{{12, false}});
}

TEST_CASE("an answer to a request that was given up is ignored") {
    RequestWindow window;
    const auto lost = window.add(10);
    std::vector<std::uint64_t> abandoned;
    window.abandon([&](std::uint64_t token) { abandoned.push_back(token); });
    CHECK(abandoned == std::vector<std::uint64_t>{10});
    window.add(11);
    CHECK(answer(window, lost, true).empty());
    CHECK(answer(window, lost + 100, true).empty());
    CHECK(window.open() == 1);
}

TEST_CASE("the window is never wider than its size, however often it goes around") {
    RequestWindow window;
    std::uint64_t token = 0;
    std::uint64_t settled = 0;
    for (int round = 0; round < 10; ++round) {
        std::uint32_t last = 0;
        while (window.room() > 0)
            last = window.add(token++);
        CHECK(window.open() == RequestWindow::kSize);
        window.answer(last - 5, false, [&](std::uint64_t t, bool) { CHECK(t == settled++); });
        CHECK(window.room() == RequestWindow::kSize - 5);
    }
}
