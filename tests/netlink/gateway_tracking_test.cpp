// A gateway on a link that answers ARP and ND, and then does not, with the real kernel in between.
#include "daemon/gateway_tracking.hpp"

#include "tests/netlink/bfd_link.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::GatewayTracking;
using netlink::NeighborEntry;

namespace {

constexpr fib::NeighborTag kTag{0xfffe};

struct Site {
    explicit Site(const std::string& their_address)
        : address(their_address),
          words(address + (address.find(':') == std::string::npos ? "/24" : "/64 nodad")) {
        gateway.link = link.our_key("192.0.2.").interface;
    }

    void silence() {
        link.go_there();
        test::ip("addr del " + words.substr(0, words.find(' ')) + " dev v0");
        link.go_here();
    }

    void speak() {
        link.go_there();
        test::ip("addr add " + words + " dev v0");
        link.go_here();
    }

    bool wait_for(const std::function<bool()>& condition) {
        return link.wait_for([&] {
            io.restart();
            io.poll();
            return condition();
        });
    }

    std::string address;
    std::string words;
    test::BfdLink link;
    boost::asio::io_context io;
    int changes = 0;
    GatewayTracking tracking{io, [this](fib::NeighborTag) { ++changes; }};
    daemon::Gateway gateway{.peer = {test::address_of(address), "v0"},
                            .interface = "v0",
                            .settings = {},
                            .tracking = config::Tracking{100ms, 3},
                            .tag = kTag};
};

void goes_and_comes(const std::string& address) {
    Site site(address);
    site.tracking.follow(site.gateway);
    REQUIRE(site.wait_for([&] { return site.tracking.permits(kTag); }));
    site.changes = 0;
    for (int i = 0; i < 3; ++i) {
        site.silence();
        const auto began = std::chrono::steady_clock::now();
        REQUIRE(site.wait_for([&] { return !site.tracking.permits(kTag); }));
        CHECK(std::chrono::steady_clock::now() - began >= 200ms);
        site.speak();
        REQUIRE(site.wait_for([&] { return site.tracking.permits(kTag); }));
    }
    CHECK(site.changes == 6);  // and none besides
}

}  // namespace

TEST_CASE("an IPv4 gateway that stops answering ARP is noticed, and that it answers again") {
    if (!test::enter_private_namespace()) return;
    goes_and_comes("192.0.2.2");
}

TEST_CASE("an IPv6 gateway that stops answering ND is noticed, and that it answers again") {
    if (!test::enter_private_namespace()) return;
    goes_and_comes("2001:db8::2");
}

TEST_CASE("another box that takes over the gateway's address is not missed for long") {
    if (!test::enter_private_namespace()) return;
    Site site("192.0.2.2");
    site.tracking.follow(site.gateway);
    REQUIRE(site.wait_for([&] { return site.tracking.permits(kTag); }));
    site.link.go_there();
    test::ip("link set v0 address 02:00:00:00:00:99");  // and says nothing of it
    site.link.go_here();
    site.changes = 0;
    CHECK_FALSE(site.link.wait_for(
        [&] {
            site.io.restart();
            site.io.poll();
            return !site.tracking.permits(kTag);
        },
        1s));
    CHECK(site.changes == 0);
}

TEST_CASE("a gateway without a link is not asked, and on another link all begins anew") {
    if (!test::enter_private_namespace()) return;
    Site site("192.0.2.2");
    site.tracking.follow(site.gateway);
    REQUIRE(site.wait_for([&] { return site.tracking.permits(kTag); }));
    const auto link = std::exchange(site.gateway.link, 0);
    site.tracking.follow(site.gateway);
    CHECK_FALSE(site.tracking.permits(kTag));
    CHECK(site.tracking.find(kTag) == nullptr);
    site.gateway.link = link;
    site.tracking.follow(site.gateway);
    CHECK(site.wait_for([&] { return site.tracking.permits(kTag); }));
}

TEST_CASE("a permanent entry is not asked for") {
    if (!test::enter_private_namespace()) return;
    Site site("192.0.2.2");
    test::ip("neigh replace 192.0.2.77 lladdr 02:00:00:00:00:77 dev v0 nud permanent");
    netlink::NeighborEntries entries(site.io);
    const auto host = test::address_of("192.0.2.77");
    CHECK(entries.look(host, site.gateway.link) == NeighborEntry::NotAskedFor);
    CHECK(entries.look(test::address_of("192.0.2.78"), site.gateway.link) ==
          NeighborEntry::Unknown);
}
