#include "daemon/service_manager.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/notify_socket.hpp"

using namespace dx::daemon;
using namespace std::chrono_literals;
using Datagrams = std::vector<std::string>;

namespace {

struct WatchdogVariables {
    WatchdogVariables(const char* usec, const std::optional<std::string>& pid) {
        ::setenv("WATCHDOG_USEC", usec, 1);
        if (pid) ::setenv("WATCHDOG_PID", pid->c_str(), 1);
    }

    ~WatchdogVariables() {
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
    }
};

}  // namespace

TEST_CASE("each state is one datagram in the words of sd_notify") {
    NotifySocket manager;
    CHECK(service_manager::present());
    service_manager::ready();
    service_manager::status("2 of 2");
    service_manager::alive();
    service_manager::stopping("ending the sessions");
    CHECK(manager.take() == Datagrams{"READY=1", "STATUS=2 of 2", "WATCHDOG=1",
                                      "STOPPING=1\nSTATUS=ending the sessions"});
    service_manager::reloading();
    const auto told = manager.take();
    REQUIRE(told.size() == 1);
    CHECK(told.front().starts_with("RELOADING=1\nMONOTONIC_USEC="));
}

TEST_CASE("without a service manager nothing is told") {
    CHECK_FALSE(service_manager::present());
    service_manager::ready();
    CHECK_FALSE(service_manager::watchdog_timeout());
}

TEST_CASE("the watchdog is wanted where its time is said, to this process or to any") {
    const auto wanted = [](const char* usec, const std::optional<std::string>& pid) {
        const WatchdogVariables set(usec, pid);
        return service_manager::watchdog_timeout();
    };
    CHECK(wanted("30000000", std::to_string(::getpid())) == 30s);
    CHECK(wanted("30000000", std::nullopt) == 30s);
    CHECK_FALSE(wanted("30000000", "1"));
    CHECK_FALSE(wanted("30000000", "no number"));
    CHECK_FALSE(wanted("0", std::nullopt));
    CHECK_FALSE(wanted("", std::nullopt));
    CHECK_FALSE(wanted("30s", std::nullopt));
    CHECK_FALSE(wanted("18446744073709551615", std::nullopt));
}
