#include "daemon/watchdog.hpp"

#include <functional>
#include <string>
#include <vector>

#include "daemon/service_manager.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/daemon/notify_socket.hpp"

using namespace dx::daemon;
using namespace std::chrono_literals;

namespace {

struct Lab {
    void run_for(std::chrono::milliseconds time) {
        io.restart();
        io.run_for(time);
    }

    std::size_t fed() { return manager.take().size(); }

    Watchdog::Thread thread(std::string name, bool& hangs) {
        return {std::move(name), [this, &hangs](std::function<void()> answer) {
                    ++asked;
                    hangs ? owed.push_back(std::move(answer)) : answer();
                }};
    }

    NotifySocket manager;
    boost::asio::io_context io{1};
    bool fib_hangs = false, bfd_hangs = false;
    int asked = 0;
    std::vector<std::function<void()>> owed;
    std::vector<std::string> warnings;
    Watchdog watchdog{
        io,
        40ms,
        {thread("fib", fib_hangs), thread("bfd", bfd_hangs)},
        {service_manager::alive, [this](const std::string& text) { warnings.push_back(text); }}};
};

}  // namespace

TEST_CASE("the watchdog is fed twice in its time while all threads answer") {
    Lab lab;
    lab.watchdog.start();
    CHECK(lab.fed() > 0);  // at once: the time runs since the start of the service
    lab.run_for(250ms);
    const auto fed = lab.fed();
    CHECK(fed >= 6);
    CHECK(fed <= 13);
    CHECK(lab.warnings.empty());
}

TEST_CASE("one thread that hangs starves the watchdog, is asked once, and is named") {
    Lab lab;
    lab.watchdog.start();
    lab.bfd_hangs = true;
    lab.run_for(30ms);
    lab.fed();
    const int asked = lab.asked;
    lab.run_for(200ms);
    CHECK(lab.fed() == 0);
    CHECK(lab.asked == asked);
    REQUIRE(lab.warnings.size() == 1);
    CHECK(lab.warnings.front().starts_with("watchdog: no answer for "));
    CHECK(lab.warnings.front().ends_with(" from the thread bfd"));
}

TEST_CASE("a late answer feeds the watchdog at once, and it goes on") {
    Lab lab;
    lab.fib_hangs = true;
    lab.watchdog.start();
    lab.run_for(60ms);
    lab.fed();
    lab.fib_hangs = false;
    REQUIRE(lab.owed.size() == 1);
    lab.owed.front()();
    CHECK(lab.fed() == 1);
    CHECK(lab.warnings.back().starts_with("watchdog: all threads answer again, after "));
    lab.run_for(100ms);
    CHECK(lab.fed() >= 2);
}
