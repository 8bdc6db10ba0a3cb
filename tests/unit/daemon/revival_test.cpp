#include "daemon/revival.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr bgp::NeighborId kPeer{1};
constexpr daemon::Revival::Bounds kBounds{.quiet = 30ms, .at_most = 100ms};

struct Lab {
    void run_for(std::chrono::milliseconds time) {
        io.restart();
        io.run_for(time);
    }

    // True once it is revived, which takes at least `earliest`.
    bool revived_after(std::chrono::milliseconds earliest) {
        while (revived.empty() && Clock::now() - began < 2s)
            run_for(1ms);
        return !revived.empty() && Clock::now() - began >= earliest;
    }

    boost::asio::io_context io{1};
    std::vector<bgp::NeighborId> revived;
    daemon::Revival revival{io, [this](bgp::NeighborId id) { revived.push_back(id); }, kBounds};
    Clock::time_point began = Clock::now();
};

}  // namespace

TEST_CASE("a peer that tells nothing is revived when it was quiet long enough") {
    Lab lab;
    lab.revival.begin(kPeer, 0ms);
    CHECK(lab.revival.waiting(kPeer));
    CHECK(lab.revived_after(30ms));
    CHECK(lab.revived == std::vector{kPeer});
    CHECK(lab.revival.empty());
}

TEST_CASE("a peer that goes on telling is waited for, but not for ever") {
    Lab lab;
    lab.revival.begin(kPeer, 0ms);
    while (lab.revived.empty() && Clock::now() - lab.began < 2s) {
        lab.revival.heard(kPeer);
        lab.run_for(1ms);
    }
    CHECK(Clock::now() - lab.began >= 100ms);
    CHECK(lab.revived == std::vector{kPeer});
}

TEST_CASE("a peer that has told all is revived at once, and once only") {
    Lab lab;
    lab.revival.begin(kPeer, 0ms);
    lab.revival.complete(kPeer);
    lab.revival.complete(kPeer);
    lab.run_for(60ms);
    CHECK(lab.revived == std::vector{kPeer});
}

TEST_CASE("a peer whose session ends meanwhile is not revived") {
    Lab lab;
    lab.revival.begin(kPeer, 0ms);
    lab.revival.cancel(kPeer);
    lab.run_for(60ms);
    CHECK(lab.revived.empty());
}

TEST_CASE("a session that begins anew waits from its own beginning") {
    Lab lab;
    lab.revival.begin(kPeer, 0ms);
    lab.run_for(20ms);
    lab.began = Clock::now();
    lab.revival.begin(kPeer, 0ms);
    CHECK(lab.revived_after(30ms));
    CHECK(lab.revived == std::vector{kPeer});
}

TEST_CASE("a peer that is delayed waits for that, whatever it has told") {
    Lab lab;
    lab.revival.begin(kPeer, 60ms);
    lab.revival.complete(kPeer);
    lab.run_for(40ms);
    CHECK(lab.revived.empty());
    CHECK(lab.revival.waiting(kPeer));
    CHECK(lab.revived_after(60ms));
    CHECK(lab.revived == std::vector{kPeer});
}

TEST_CASE("a delay that is over before the peer has told all adds nothing") {
    Lab lab;
    lab.revival.begin(kPeer, 10ms);
    lab.run_for(20ms);
    CHECK(lab.revived.empty());
    lab.revival.complete(kPeer);
    CHECK(lab.revived == std::vector{kPeer});
}

TEST_CASE("a peer that is needed waits for nothing") {
    Lab lab;
    lab.revival.begin(kPeer, 60s);
    lab.revival.hurry(kPeer);
    CHECK(lab.revived == std::vector{kPeer});
}
