// The service against the real kernel: sockets, threads and links.
#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <netinet/in.h>
#include <set>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/netlink/bfd_link.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::bfd;
using namespace std::chrono_literals;
using test::BfdLink;
using test::every;
using test::ip;
using test::kNetworks;
using test::udp_socket;

TEST_CASE("sessions over IPv4, IPv6 and link-local addresses come Up and agree on intervals") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    std::set<std::uint16_t> ports;
    for (const auto& network : kNetworks) {
        const auto session = link.pair(network, every(50ms), {100ms, 20ms, 4}, 42);
        CHECK(link.negotiated(session, 50ms, 400ms));
        const auto shown = link.peer(session);
        CHECK(shown.token == 42);
        CHECK(shown.send_errors == 0);
        CHECK(shown.source_port >= 49152);
        CHECK(shown.discarded.total() == 0);
        CHECK(shown.status.remote.detect_multiplier == 4);
        ports.insert(shown.source_port);
    }
    CHECK(ports.size() == kNetworks.size());
    CHECK(link.ours->downs.empty());
    CHECK(link.ours->changes.front().token == 42);
}

TEST_CASE("a peer that dies is noticed within the detection time, whatever routing does") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    std::vector<SessionId> sessions;
    for (const auto& network : kNetworks)
        sessions.push_back(link.pair(network, every(50ms), every(50ms), 9));
    for (const auto session : sessions)
        REQUIRE(link.negotiated(session, 50ms, 150ms));
    const auto died = std::chrono::steady_clock::now();
    link.theirs.reset();
    std::this_thread::sleep_for(500ms);  // the routing thread is at something else
    {
        const std::lock_guard lock(link.ours->mutex);
        REQUIRE(link.ours->downs.size() == 3);
        for (const auto& down : link.ours->downs) {
            CHECK(down.transition.diagnostic == Diagnostic::ControlDetectionTimeExpired);
            CHECK(down.token == 9);
            CHECK(down.at - died < 150ms + 100ms);  // a busy machine
            CHECK(down.at - died > 90ms);           // the last packet was at most an interval old
        }
    }
    CHECK(link.ours->all_up());
    CHECK(link.wait_for([&] { return link.ours->none_up(); }));
}

TEST_CASE("what an operator ends is no failure, at either end") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    const auto session = link.pair("192.0.2.", every(50ms), every(50ms));
    const auto gone = [&] { return link.ours->states[session] == State::Down; };

    link.theirs->service->set_admin_down(link.their_sessions[0], true);
    REQUIRE(link.wait_for(gone));
    CHECK(link.ours->changes.back().transition.administrative);
    CHECK(link.peer(session).status.remote.diagnostic == Diagnostic::AdministrativelyDown);
    link.theirs->service->set_admin_down(link.their_sessions[0], false);
    REQUIRE(link.wait_for([&] { return link.ours->all_up() && link.theirs->all_up(); }));

    link.theirs->service->remove(link.their_sessions[0]);
    REQUIRE(link.wait_for(gone));
    CHECK(link.ours->changes.back().transition.administrative);
    const std::lock_guard lock(link.ours->mutex);
    CHECK(link.ours->downs.empty());
}

TEST_CASE("intervals change while Up without a flap") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    const auto session = link.pair("192.0.2.", every(50ms), every(10ms));
    for (const auto interval : {20ms, 500ms, 10ms, 200ms}) {
        link.ours->service->configure(session, link.our_key("192.0.2."), every(interval));
        CHECK(link.negotiated(session, interval, 3 * interval));
    }
    const auto status = link.peer(session).status;
    CHECK(status.counters.ups == 1);
    CHECK(status.counters.downs == 0);
    CHECK(status.smallest_margin > 0us);
}

TEST_CASE("a link that goes and comes again, also as another interface, is survived") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    std::vector<SessionId> sessions;
    for (const auto& network : kNetworks)
        sessions.push_back(link.pair(network, every(50ms), every(50ms)));
    const auto all_down = [&] { return link.ours->none_up(); };
    const auto all_up = [&] { return link.ours->all_up() && link.theirs->all_up(); };

    link.go_there();
    ip("link set v0 down");
    link.go_here();
    REQUIRE(link.wait_for(all_down));
    link.go_there();
    ip("link set v0 up");
    ip("addr replace 2001:db8::2/64 dev v0 nodad");  // a link that is shut loses them
    ip("addr replace fe80::2/64 dev v0 nodad");
    link.go_here();
    REQUIRE(link.wait_for(all_up));

    ip("link delete v0");
    REQUIRE(link.wait_for(all_down));
    const auto errors = [&] { return link.peer(sessions[0]).send_errors; };
    REQUIRE(link.wait_for([&] { return errors() > 0; }));
    CHECK_FALSE(link.peer(sessions[0]).last_send_error.empty());
    ip("link add x type veth peer name y");  // takes the next indexes
    link.connect();
    for (std::size_t i = 0; i < kNetworks.size(); ++i) {
        link.ours->service->configure(sessions[i], link.our_key(kNetworks[i]), every(50ms));
        link.theirs->service->configure(link.their_sessions[i], link.their_key(kNetworks[i]),
                                        every(50ms));
    }
    REQUIRE(link.wait_for(all_up));
}

TEST_CASE("a port that another program has is said, and used when it is free") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    const int other = udp_socket("0.0.0.0", 3784);
    REQUIRE(other >= 0);
    const auto session = link.ours->service->add(link.our_key("192.0.2."), every(50ms));
    link.theirs->service->add(link.their_key("192.0.2."), every(50ms));
    REQUIRE(link.wait_for([&] { return !link.ours->notes.empty(); }));
    CHECK(link.ours->notes.back() ==
          "BFD cannot hear ipv4 peers: UDP port 3784 is in use by another program");
    CHECK(link.status().ipv4_trouble == "UDP port 3784 is in use by another program");
    CHECK(link.status().ipv6_trouble.empty());
    link.run_for(300ms);
    CHECK(link.ours->notes.size() == 1);         // said once
    CHECK(link.peer(session).source_port == 0);  // and not a packet sent

    ::close(other);
    REQUIRE(link.wait_for([&] { return link.ours->all_up(); }));
    CHECK(link.ours->notes.back() == "BFD hears ipv4 peers now");

    CHECK(udp_socket("0.0.0.0", 3784) < 0);
    link.ours->service->remove(session);
    REQUIRE(link.status().peers.empty());
    const int again = udp_socket("0.0.0.0", 3784);
    CHECK(again >= 0);  // nobody needs it any more
    ::close(again);
}

TEST_CASE("a peer that is heard and refused is told from a silent one") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    const auto session = link.pair("192.0.2.", every(50ms), every(50ms));
    CHECK(link.peer(session).heard_at == test::address_of("192.0.2.1"));
    link.go_there();
    const int forger = udp_socket("192.0.2.2", 50000);
    link.go_here();
    REQUIRE(forger >= 0);
    const auto send = [&](int hops) {  // with authentication: simple password, "x"
        const std::array<std::uint8_t, 28> packet{0x20, 0x44, 3, 28, 0, 0, 0, 1,  0, 0,
                                                  0,    0,    0, 1,  0, 0, 0, 1,  0, 0,
                                                  0,    0,    0, 0,  1, 4, 1, 'x'};
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(3784);
        to.sin_addr.s_addr = htonl(0xc0000201);
        ::setsockopt(forger, IPPROTO_IP, IP_TTL, &hops, sizeof hops);
        return ::sendto(forger, packet.data(), packet.size(), 0,
                        reinterpret_cast<const sockaddr*>(&to), sizeof to) == 28;
    };
    REQUIRE(send(255));
    REQUIRE(link.wait_for([&] { return !link.ours->refusals.empty(); }));
    CHECK(link.ours->refusals.front().session == session);
    CHECK(link.ours->refusals.front().reason == Discard::Authentication);
    CHECK(link.peer(session).discarded.of(Discard::Authentication) == 1);
    REQUIRE(send(64));
    REQUIRE(link.wait_for([&] { return link.peer(session).refused == Discard::HopLimit; }));
    CHECK(link.ours->refusals.size() == 1);  // told once
    CHECK(link.ours->all_up());

    link.theirs.reset();
    REQUIRE(send(255));
    REQUIRE(link.wait_for([&] { return link.ours->none_up(); }));
    CHECK(link.ours->changes.back().refused == Discard::Authentication);
    ::close(forger);
}

TEST_CASE("a bfd thread that did not run takes no peer for dead that spoke meanwhile") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    link.ours->on_down = [] { std::this_thread::sleep_for(1s); };
    // The peer bears our silence, we do not bear the peer's.
    const auto kept = link.pair("2001:db8::", {50ms, 50ms, 100}, every(50ms));
    REQUIRE(link.negotiated(kept, 50ms, 150ms));
    // Two, so that the second keeps the thread from the socket when the timers are late already.
    const auto lost = link.pair("192.0.2.", every(50ms), every(50ms));
    const auto lost_too = link.pair("fe80::", every(50ms), every(50ms));
    link.go_there();
    ip("addr del 192.0.2.2/24 dev v0");
    ip("addr del fe80::2/64 dev v0");
    link.go_here();
    REQUIRE(link.wait_for([&] {
        return link.ours->states[lost] != State::Up && link.ours->states[lost_too] != State::Up;
    }));
    link.run_for(500ms);
    CHECK(link.ours->states[kept] == State::Up);
    const auto status = link.peer(kept).status;
    CHECK(status.counters.downs == 0);
    REQUIRE(status.smallest_margin);
    CHECK(*status.smallest_margin > 0us);  // by when the packets came, not by when they were read
}
