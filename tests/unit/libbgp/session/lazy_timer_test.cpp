#include "libbgp/session/lazy_timer.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/session_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

TEST_CASE("a lazy timer expires once, at its deadline") {
    boost::asio::io_context io;
    int expired = 0;
    LazyTimer timer(io.get_executor(), [&] { ++expired; });
    CHECK_FALSE(timer.left());
    const auto begin = LazyTimer::Clock::now();
    timer.start(20ms);
    CHECK(timer.left() <= 20ms);
    CHECK(run_until(io, [&] { return expired == 1; }));
    CHECK(LazyTimer::Clock::now() - begin >= 20ms);
    CHECK_FALSE(timer.left());
    run_for(io, 30ms);
    CHECK(expired == 1);
}

TEST_CASE("starting it anew puts it off") {
    boost::asio::io_context io;
    int expired = 0;
    LazyTimer timer(io.get_executor(), [&] { ++expired; });
    auto begin = LazyTimer::Clock::now();
    for (int i = 0; i < 5; ++i) {
        begin = LazyTimer::Clock::now();
        timer.start(400ms);
        run_for(io, 10ms);
    }
    CHECK(run_until(io, [&] { return expired == 1; }));
    CHECK(LazyTimer::Clock::now() - begin >= 400ms);
}

TEST_CASE("a nearer deadline counts at once") {
    boost::asio::io_context io;
    int expired = 0;
    LazyTimer timer(io.get_executor(), [&] { ++expired; });
    timer.start(10s);
    timer.start(5ms);
    CHECK(run_until(io, [&] { return expired == 1; }, 5s));
}

TEST_CASE("a timer that is stopped or gone does not expire") {
    boost::asio::io_context io;
    int expired = 0;
    LazyTimer stopped(io.get_executor(), [&] { ++expired; });
    stopped.start(5ms);
    stopped.stop();
    {
        LazyTimer gone(io.get_executor(), [&] { ++expired; });
        gone.start(0ms);
    }
    run_for(io, 20ms);
    CHECK(expired == 0);
    stopped.start(1ms);
    CHECK(run_until(io, [&] { return expired == 1; }));
}
