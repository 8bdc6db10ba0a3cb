// The daemon's BFD sessions against a peer over a link: who shares one, and who hears of its end.
#include "daemon/bfd_sessions.hpp"

#include <map>
#include <set>
#include <thread>
#include <utility>

#include "daemon/kernel_routes.hpp"
#include "tests/netlink/bfd_link.hpp"
#include "tests/netlink/forwarding.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::BfdSessions;
using test::every;

namespace {

const std::string kNetwork = "192.0.2.";
constexpr fib::NeighborTag kGateway{0xfffe};

// A neighbor and a gateway that are the same host, and what is told of them.
struct Site {
    Site() {
        neighbor.id = bgp::NeighborId{1};
        neighbor.config.address = key.peer;
        neighbor.config.bfd.emplace().timers = {100ms, 5};
        neighbor.interface = gateway.link = key.interface;
        link.theirs->service->add(link.their_key(kNetwork), every(50ms));
    }

    bool wait_for(const std::function<bool()>& condition) {
        return link.wait_for([&] {
            routing.restart();
            routing.poll();
            return condition();
        });
    }

    bool is_up() const {
        const auto* path = sessions.find(kGateway);
        return path != nullptr && path->state == bfd::State::Up;
    }

    using Failures = std::set<std::pair<fib::NeighborTag, fib::SessionEpoch>>;

    test::BfdLink link;
    test::Forwarding forwarding;
    boost::asio::io_context routing;
    Failures failures;
    std::map<fib::NeighborTag, int> changes;
    BfdSessions sessions{
        routing, forwarding.service(),
        BfdSessions::Handlers{
            [this](BfdSessions::User user, fib::SessionEpoch epoch) {
                failures.emplace(user, epoch);
            },
            [this](BfdSessions::User user, const bfd::SessionChange&) { ++changes[user]; },
            [](BfdSessions::User, const bfd::RefusalChange&) {}, [](auto) {}, [](auto&) {}}};
    bfd::PeerKey key = link.our_key(kNetwork);
    daemon::Neighbor neighbor;
    daemon::Gateway gateway{
        .peer = {key.peer, ""}, .interface = "", .settings = every(50ms), .tag = kGateway};
    fib::NeighborTag tag = daemon::tag_of(bgp::NeighborId{1});
};

}  // namespace

TEST_CASE("a neighbor and a gateway that are one host share a session and fail together") {
    if (!test::enter_private_namespace()) return;
    Site site;
    site.sessions.follow(site.neighbor, true);
    site.sessions.follow(site.gateway);
    const auto* shared = site.sessions.find(kGateway);
    REQUIRE(shared != nullptr);
    CHECK(site.sessions.find(site.tag) == shared);
    CHECK(shared->settings == every(50ms));  // those of the one who notices sooner
    REQUIRE(site.wait_for([&] { return site.is_up(); }));
    CHECK(site.changes[site.tag] == site.changes[kGateway]);
    site.sessions.established(kGateway, 4);
    site.sessions.established(site.tag, 7);

    site.link.theirs.reset();
    REQUIRE(site.wait_for([&] { return !site.is_up(); }));
    CHECK(site.failures == Site::Failures{{site.tag, 7}, {kGateway, 7}});
}

TEST_CASE("who leaves a shared session ends it for nobody else") {
    if (!test::enter_private_namespace()) return;
    Site site;
    site.sessions.follow(site.neighbor, true);
    site.sessions.follow(site.gateway);
    REQUIRE(site.wait_for([&] { return site.is_up(); }));
    const auto session = site.sessions.find(kGateway)->session;
    site.sessions.remove(kGateway);
    CHECK(site.sessions.find(kGateway) == nullptr);
    CHECK(site.sessions.find(site.tag)->settings == every(100ms, 5));
    site.sessions.follow(site.gateway);
    site.neighbor.config.bfd.reset();
    site.sessions.follow(site.neighbor, true);
    CHECK(site.sessions.find(site.tag) == nullptr);
    CHECK(site.sessions.find(kGateway)->session == session);
    CHECK(site.is_up());
    site.sessions.remove(kGateway);
    CHECK(site.wait_for([&] { return site.link.theirs->none_up(); }));  // was told
    CHECK(site.failures.empty());
}

TEST_CASE("who left while the failure was on its way hears of it all the same") {
    if (!test::enter_private_namespace()) return;
    Site site;
    site.sessions.follow(site.neighbor, true);
    site.sessions.follow(site.gateway);
    REQUIRE(site.wait_for([&] { return site.is_up(); }));
    site.sessions.established(site.tag, 7);
    site.link.theirs.reset();
    std::this_thread::sleep_for(1s);  // the bfd thread has moved the traffic, routing was busy
    site.sessions.remove(site.tag);
    REQUIRE(site.wait_for([&] { return !site.is_up(); }));
    CHECK(site.failures == Site::Failures{{site.tag, 7}, {kGateway, 7}});
}
