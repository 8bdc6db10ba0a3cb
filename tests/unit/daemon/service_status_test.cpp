#include "daemon/service_status.hpp"

#include <functional>
#include <optional>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/notify_socket.hpp"

using namespace dx::daemon;
using namespace std::chrono_literals;
using Datagrams = std::vector<std::string>;

namespace {

constexpr auto kEvery = 20ms;

struct Lab {
    void run_for(std::chrono::milliseconds time) {
        io.restart();
        io.run_for(time);
    }

    std::optional<NotifySocket> manager{std::in_place};
    boost::asio::io_context io{1};
    ServiceFacts facts{.neighbors = 2, .established = 2, .installed = 104};
    int asked = 0;
    ServiceStatus status{io,
                         [this](const std::function<void(ServiceFacts)>& answer) {
                             ++asked;
                             answer(facts);
                         },
                         kEvery};
};

}  // namespace

TEST_CASE("the status counts what is established and installed") {
    CHECK(status_text({.neighbors = 2, .established = 2, .installed = 104}, false) ==
          "2 of 2 neighbors established, 104 routes installed");
    CHECK(status_text({.neighbors = 1, .installed = 1}, false) ==
          "0 of 1 neighbor established, 1 route installed");
    CHECK(status_text({.neighbors = 3, .established = 1, .shut_down = 2}, false) ==
          "1 of 3 neighbors established (2 shut down), 0 routes installed");
    CHECK(status_text({}, false) == "no neighbors configured, 0 routes installed");
    CHECK(status_text({.neighbors = 2, .has_router_id = false}, false) ==
          "waiting for an IPv4 address to take as router id (router.router-id sets one), 0 routes "
          "installed");
}

TEST_CASE("where connections are not accepted is told, and looked after until they are") {
    Lab lab;
    lab.facts.not_listening = "cannot listen on [::]:179: Address already in use";
    lab.status.tell();
    CHECK(lab.manager->take() ==
          Datagrams{"STATUS=2 of 2 neighbors established, 104 routes installed; cannot listen on "
                    "[::]:179: Address already in use"});
    lab.facts.not_listening.clear();
    lab.run_for(5 * kEvery);
    CHECK(lab.manager->take() ==
          Datagrams{"STATUS=2 of 2 neighbors established, 104 routes installed"});
}

TEST_CASE("a refused reload stays in the status until one is accepted") {
    Lab lab;
    lab.status.reloaded(true);
    lab.status.tell();
    CHECK(lab.manager->take() ==
          Datagrams{"STATUS=2 of 2 neighbors established, 104 routes installed; the last reload "
                    "was refused: the configuration has errors"});
    lab.status.reloaded(false);
    lab.status.tell();
    CHECK(lab.manager->take() ==
          Datagrams{"STATUS=2 of 2 neighbors established, 104 routes installed"});
}

TEST_CASE("many changes are told as one, and what did not change is not told again") {
    Lab lab;
    for (int i = 0; i < 1000; ++i)
        lab.status.changed();
    CHECK(lab.asked == 0);
    lab.run_for(5 * kEvery);
    CHECK(lab.asked == 1);
    CHECK(lab.manager->take().size() == 1);
    lab.status.changed();
    lab.run_for(5 * kEvery);
    CHECK(lab.asked == 2);
    CHECK(lab.manager->take().empty());
}

TEST_CASE("the kernel is asked again until it has everything") {
    Lab lab;
    lab.facts.settled = false;
    lab.status.changed();
    lab.run_for(5 * kEvery);
    CHECK(lab.asked > 1);
    lab.facts = {.neighbors = 2, .established = 2, .installed = 105};
    lab.run_for(5 * kEvery);
    const int so_far = lab.asked;
    lab.run_for(5 * kEvery);
    CHECK(lab.asked == so_far);
    CHECK(lab.manager->take().back() ==
          "STATUS=2 of 2 neighbors established, 105 routes installed");
}

TEST_CASE("a stopped status says no more, and without a service manager nothing is asked") {
    Lab lab;
    lab.status.changed();
    lab.status.stop();
    lab.status.changed();
    lab.status.tell();
    lab.run_for(5 * kEvery);
    CHECK(lab.asked == 0);

    lab.manager.reset();
    int asked = 0;
    ServiceStatus alone(lab.io, [&](const auto&) { ++asked; }, kEvery);
    alone.changed();
    alone.tell();
    lab.run_for(5 * kEvery);
    CHECK(asked == 0);
}
