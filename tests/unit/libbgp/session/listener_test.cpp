// Who may connect, and what becomes of the others.
#include <netinet/in.h>

#include "libbgp/session/endpoint.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/scripted_peer.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

NeighborSettings passive(const Lab& lab) {
    auto settings = lab.neighbor("127.0.0.2");
    settings.peer.passive = true;
    return settings;
}

}  // namespace

TEST_CASE("a stranger is dropped at once and mentioned") {
    Lab lab;
    lab.speaker.start();
    ScriptedPeer stranger(lab, "127.0.0.77");
    stranger.connect();
    CHECK_FALSE(stranger.receive());
    REQUIRE(lab.until([&] { return lab.events.notes.size() == 2; }));
    CHECK(lab.events.notes[0].find("listening on 127.0.0.1:") == 0);
    CHECK(lab.events.notes[1].find("refused a connection from 127.0.0.77") == 0);
}

TEST_CASE("a connection to another address of ours than the neighbor's is refused") {
    Lab lab;
    auto settings = passive(lab);
    settings.local_address = address("127.0.0.9");
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer peer(lab);
    peer.connect();
    CHECK_FALSE(peer.receive());
    CHECK(lab.speaker.status(kPeer).state == State::Active);
}

TEST_CASE("a neighbor that is shut down is told so with 6/5") {
    Lab lab;
    auto settings = passive(lab);
    settings.shutdown = true;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    CHECK(peer.receive_notification() == notification(CeaseReason::ConnectionRejected));
    CHECK(peer.at_end());
    CHECK(lab.speaker.status(kPeer).shutdown);
}

TEST_CASE("an address that we do not have yet is listened on all the same") {
    boost::asio::io_context io;
    Recorder events;
    Speaker speaker(
        io.get_executor(),
        {.listen_addresses = {address("192.0.2.33"), address("2001:db8::33")}, .port = free_port()},
        events);
    speaker.start();
    REQUIRE(speaker.listeners().size() == 2);
    CHECK(speaker.listeners()[0].listening);
    CHECK(speaker.listeners()[1].listening);
}

TEST_CASE("IPv4 and IPv6 wildcards listen side by side") {
    boost::asio::io_context io;
    Recorder events;
    Speaker speaker(io.get_executor(), {.port = free_port()}, events);
    speaker.start();
    for (const auto& listener : speaker.listeners()) {
        CAPTURE(listener.error);
        CHECK(listener.listening);
    }
}

TEST_CASE("a port that another program has is reported") {
    Lab first;
    first.speaker.start();
    Lab second(first.port);
    second.speaker.start();
    const auto listeners = second.speaker.listeners();
    CHECK_FALSE(listeners[0].listening);
    CHECK(listeners[0].error.find("in use") != std::string::npos);
    CHECK(second.events.notes == std::vector{listeners[0].error});
}

TEST_CASE("ttl-security hears a neighbor with TTL 255 and no other") {
    Lab lab;
    auto settings = passive(lab);
    settings.ttl_security = true;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer far(lab);
    far.set_option(IPPROTO_IP, IP_TTL, 254);
    CHECK_FALSE(far.connect(50ms));

    ScriptedPeer near(lab);
    near.set_option(IPPROTO_IP, IP_TTL, 255);
    REQUIRE(near.connect());
    CHECK(near.establish());
}

TEST_CASE("ttl-security of one neighbor leaves the others alone") {
    Lab lab;
    auto secured = lab.neighbor("127.0.0.3");
    secured.ttl_security = true;
    lab.speaker.add_neighbor(kOther, secured);
    lab.speaker.add_neighbor(kPeer, passive(lab));
    lab.speaker.start();
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    CHECK(peer.establish());
}

TEST_CASE("the filter of ttl-security knows IPv6 addresses by all their words") {
    boost::asio::io_context io;
    Recorder events;
    Speaker speaker(io.get_executor(), {.listen_addresses = {address("::1")}, .port = free_port()},
                    events);
    NeighborSettings settings;
    settings.address = address("::1");
    settings.peer.remote_as = 64512;
    settings.peer.passive = true;
    const bool secured = GENERATE(true, false);
    settings.ttl_security = true;
    settings.address = address(secured ? "::1" : "::1:0:1");
    speaker.add_neighbor(kPeer, settings);
    speaker.start();
    const auto port = speaker.listeners()[0].endpoint.port;
    boost::asio::ip::tcp::socket socket(io, boost::asio::ip::tcp::v6());
    bool connected = false;
    const Endpoint remote{address("::1"), port};
    socket.async_connect(to_asio(remote, ""), [&](auto error) { connected = !error; });
    CHECK(run_until(io, [&] { return connected; }, 50ms) == !secured);  // the TTL is 64
}

TEST_CASE("endpoints are written as everybody writes them") {
    CHECK(to_string(Endpoint{address("192.0.2.1"), 179}) == "192.0.2.1:179");
    CHECK(to_string(Endpoint{address("2001:db8::1"), 179}) == "[2001:db8::1]:179");
    const Endpoint v6{address("2001:db8::1"), 4000};
    CHECK(from_asio(to_asio(v6, "")) == v6);
}
