// The life of a session, as the router sees it.
#include "libbgp/session/speaker.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/scripted_peer.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

void start_passive(Lab& lab) {
    auto settings = lab.neighbor("127.0.0.2");
    settings.peer.passive = true;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
}

}  // namespace

TEST_CASE("a neighbor is dialled at once and comes up") {
    Lab lab;
    ScriptedPeer peer(lab);
    peer.listen();
    lab.speaker.add_neighbor(kPeer, lab.neighbor("127.0.0.2"));
    lab.speaker.start();
    CHECK(lab.speaker.status(kPeer).state == State::Connect);
    REQUIRE(peer.accept());
    const auto open = peer.receive();
    REQUIRE(open);
    const auto decoded = decode_open(Bytes(*open).subspan(kHeaderSize));
    REQUIRE(decoded.has_value());
    CHECK(decoded->my_as == 65000);
    REQUIRE(peer.establish());

    CHECK(lab.events.of(kPeer).states ==
          Words{"Connect", "OpenSent", "OpenConfirm", "Established"});
    const auto status = lab.speaker.status(kPeer);
    CHECK(status.remote == Endpoint{address("127.0.0.2"), lab.remote_port});
    CHECK(status.local->address == address("127.0.0.1"));
    REQUIRE(status.negotiated);
    CHECK(status.negotiated->hold_time == 90s);
    CHECK(status.epoch == SessionEpoch{1});
    CHECK(status.established_count == 1);
    CHECK(status.in.messages.opens == 1);
    CHECK(status.in.messages.keepalives == 1);
    CHECK(status.out.messages.opens == 1);
    CHECK(status.out.messages.keepalives == 1);
    CHECK(status.last_error.empty());
}

TEST_CASE("two speakers that dial each other end with one session each") {
    Lab a;
    Lab b;
    Recorder events;
    Speaker other(a.io.get_executor(), {.listen_addresses = {address("127.0.0.2")}, .port = b.port},
                  events);
    a.remote_port = b.port;
    a.speaker.add_neighbor(kPeer, a.neighbor("127.0.0.2"));
    auto mirror = a.neighbor("127.0.0.1");
    mirror.local_address = address("127.0.0.2");
    mirror.remote_port = a.port;
    std::swap(mirror.peer.local_as, mirror.peer.remote_as);
    mirror.peer.router_id = GENERATE(RouterId{0x0a000000}, RouterId{0x0a000002});
    other.add_neighbor(kPeer, mirror);
    a.speaker.start();
    other.start();
    CHECK(a.until([&] {
        return a.speaker.status(kPeer).state == State::Established &&
               other.status(kPeer).state == State::Established;
    }));
    run_for(a.io, 50ms);
    CHECK(a.speaker.status(kPeer).state == State::Established);
    CHECK(a.events.of(kPeer).up == 1);
    CHECK(a.events.of(kPeer).downs.empty());
    CHECK(a.speaker.status(kPeer).local == other.status(kPeer).remote);
    CHECK(a.speaker.status(kPeer).remote == other.status(kPeer).local);
}

TEST_CASE("UPDATEs and refreshes reach the router") {
    Lab lab;
    start_passive(lab);
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    REQUIRE(peer.establish());
    peer.send(update_of("10.1.0.0/16"));
    const RouteRefresh refresh{AfiSafi::unicast(dx::net::Family::Ipv4)};
    Buffer out;
    encode_route_refresh(refresh, out);
    peer.send(out);
    REQUIRE(lab.until([&] { return !lab.events.of(kPeer).refreshes.empty(); }));
    CHECK(lab.events.of(kPeer).prefixes == Words{"10.1.0.0/16"});
    CHECK(lab.events.of(kPeer).refreshes == std::vector{refresh});
    CHECK(lab.speaker.status(kPeer).in.messages.updates == 1);
    CHECK(lab.speaker.status(kPeer).in.last_update);
}

TEST_CASE("UPDATEs are pulled when the session is up, and again when the router wakes it") {
    Lab lab;
    Words to_send{"10.1.0.0/16", "10.2.0.0/16"};
    lab.events.fill = [&](NeighborId, Buffer& out) {
        if (to_send.empty()) return;
        const auto update = update_of(to_send.front().c_str());
        out.insert(out.end(), update.begin(), update.end());
        to_send.erase(to_send.begin());
    };
    start_passive(lab);
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    REQUIRE(peer.establish());
    const auto sent = [&] { return lab.speaker.status(kPeer).out.messages.updates; };
    CHECK(lab.until([&] { return sent() == 2; }));
    run_for(lab.io, 10ms);
    const auto fills = lab.events.of(kPeer).fills;
    run_for(lab.io, 10ms);
    CHECK(lab.events.of(kPeer).fills == fills);
    to_send.push_back("10.3.0.0/16");
    lab.speaker.wake(kPeer);
    CHECK(lab.until([&] { return sent() == 3; }));
    peer.receive();  // OPEN
    peer.receive();  // KEEPALIVE
    CHECK(peer.receive() == update_of("10.1.0.0/16"));
    CHECK(peer.receive() == update_of("10.2.0.0/16"));
    CHECK(peer.receive() == update_of("10.3.0.0/16"));
}

TEST_CASE("a router that finds out while it is asked that there is an UPDATE is asked again") {
    Lab lab;
    int asked = 0;
    lab.events.fill = [&](NeighborId id, Buffer& out) {
        if (++asked == 1) lab.speaker.wake(id);
        if (asked != 2) return;
        const auto update = update_of("10.1.0.0/16");
        out.insert(out.end(), update.begin(), update.end());
    };
    start_passive(lab);
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    REQUIRE(peer.establish());
    CHECK(lab.until([&] { return lab.speaker.status(kPeer).out.messages.updates == 1; }));
}

TEST_CASE("our refresh goes out on a session, and nowhere without one") {
    Lab lab;
    start_passive(lab);
    const RouteRefresh refresh{AfiSafi::unicast(dx::net::Family::Ipv4)};
    lab.speaker.send_route_refresh(kPeer, refresh);
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    REQUIRE(peer.establish());
    lab.speaker.send_route_refresh(kPeer, refresh);
    peer.receive();
    peer.receive();
    const auto message = peer.receive();
    REQUIRE(message);
    CHECK((*message)[18] == 5);
    CHECK(lab.speaker.status(kPeer).out.messages.route_refreshes == 1);
}

TEST_CASE("an interface that goes ends the session, and the neighbor is dialled when it is back") {
    Lab lab;
    ScriptedPeer peer(lab);
    peer.listen();
    lab.speaker.add_neighbor(kPeer, lab.neighbor("127.0.0.2"));
    lab.speaker.start();
    REQUIRE(peer.accept());
    REQUIRE(peer.establish());
    lab.speaker.set_reachable(kPeer, false, "interface eth0.100 is down");
    auto status = lab.speaker.status(kPeer);
    CHECK(status.state == State::Idle);
    CHECK_FALSE(status.reachable);
    CHECK(status.last_error == "interface eth0.100 is down");
    REQUIRE(lab.events.of(kPeer).downs.size() == 1);
    CHECK(lab.events.of(kPeer).downs[0].cause == DownCause::Unreachable);
    lab.speaker.set_reachable(kPeer, true);
    CHECK(lab.speaker.status(kPeer).state == State::Connect);
    REQUIRE(peer.accept());
    CHECK(peer.establish());
    CHECK(lab.speaker.status(kPeer).epoch == SessionEpoch{2});
}

TEST_CASE("a neighbor that is no longer passive is dialled") {
    Lab lab;
    start_passive(lab);
    CHECK(lab.speaker.status(kPeer).state == State::Active);
    ScriptedPeer peer(lab);
    peer.listen();
    lab.speaker.update_neighbor(kPeer, lab.neighbor("127.0.0.2"));
    CHECK(peer.accept());
    CHECK(peer.establish());
}

TEST_CASE("a refused connection is said in words") {
    Lab lab;
    lab.speaker.add_neighbor(kPeer, lab.neighbor("127.0.0.2"));
    lab.speaker.start();
    REQUIRE(lab.until_state(State::Active));
    const auto status = lab.speaker.status(kPeer);
    CHECK(status.last_error.find("Connection refused") != std::string::npos);
    CHECK(status.next_attempt_in > 7s);
}

TEST_CASE("why there is no session is noted once for each reason, until there is one") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.peer.connect_retry = 20ms;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    const auto refusals = [&] {
        return std::ranges::count_if(lab.events.notes, [](const std::string& note) {
            return note.starts_with("no session: connecting to 127.0.0.2:") &&
                   note.ends_with("Connection refused");
        });
    };
    REQUIRE(lab.until([&] { return refusals() == 1; }));
    run_for(lab.io, 100ms);
    CHECK(refusals() == 1);

    ScriptedPeer peer(lab);
    peer.listen();
    REQUIRE(peer.accept());
    REQUIRE(peer.establish());
    lab.speaker.clear(kPeer, CeaseReason::AdministrativeReset);
    peer.stop_listening();
    peer.close();
    CHECK(lab.until([&] { return refusals() == 2; }));
}

TEST_CASE("that the peer ends one of two connections is no failure, that it ends the only one is") {
    const auto collision = notification(CeaseReason::ConnectionCollisionResolution);
    const std::string note =
        "no session: received NOTIFICATION Cease/Connection Collision Resolution";
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.peer.connect_retry = 20ms;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer dialled(lab);
    dialled.listen();
    REQUIRE(dialled.accept());

    SECTION("one of two") {
        ScriptedPeer dialling(lab);
        REQUIRE(dialling.connect());
        REQUIRE(dialling.receive());  // our OPEN: both connections are known
        dialled.send_notification(collision);
        REQUIRE(lab.until([&] {
            return lab.speaker.status(kPeer).last_error.find("Collision") != std::string::npos;
        }));
        CHECK(std::ranges::count(lab.events.notes, note) == 0);
    }
    SECTION("the only one") {
        dialled.send_notification(collision);
        CHECK(lab.until([&] { return std::ranges::count(lab.events.notes, note) == 1; }));
    }
}
