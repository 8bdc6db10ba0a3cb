// How sessions end: what the peer receives, and what the router is told.
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/scripted_peer.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

struct Established {
    Established() : peer(lab) {
        auto settings = lab.neighbor("127.0.0.2");
        settings.peer.passive = true;
        lab.speaker.add_neighbor(kPeer, settings);
        lab.speaker.start();
        REQUIRE(peer.connect());
        REQUIRE(peer.establish());
    }

    const std::vector<DownReason>& downs() { return lab.events.of(kPeer).downs; }

    Lab lab;
    ScriptedPeer peer;
};

}  // namespace

TEST_CASE("stopping tells everybody why, and then calls back") {
    Established up;
    bool done = false;
    up.lab.speaker.stop(CeaseReason::AdministrativeShutdown, "kernel update", [&] { done = true; });
    CHECK(up.downs().size() == 1);
    CHECK(up.peer.receive_notification() ==
          cease_with_text(CeaseReason::AdministrativeShutdown, "kernel update"));
    CHECK(up.peer.at_end());
    up.peer.close();
    CHECK(up.lab.until([&] { return done; }));
}

TEST_CASE("stopping does not wait for a peer that is deaf") {
    Established up;
    bool done = false;
    const auto begin = std::chrono::steady_clock::now();
    up.lab.speaker.stop(CeaseReason::AdministrativeShutdown, "", [&] { done = true; });
    CHECK(up.lab.until([&] { return done; }));
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("a neighbor that is removed gets 6/3, and no event comes after") {
    Established up;
    up.lab.speaker.remove_neighbor(kPeer);
    CHECK(up.downs().size() == 1);
    CHECK(up.downs()[0].cause == DownCause::Administrative);
    CHECK(up.peer.receive_notification() == notification(CeaseReason::PeerDeconfigured));
    CHECK(up.peer.at_end());
    CHECK(up.lab.speaker.status(kPeer).state == State::Idle);
}

TEST_CASE("a neighbor that is cleared gets 6/4 with the text and may come back at once") {
    Established up;
    up.lab.speaker.clear(kPeer, CeaseReason::AdministrativeReset, "by hand");
    CHECK(up.peer.receive_notification() ==
          cease_with_text(CeaseReason::AdministrativeReset, "by hand"));
    ScriptedPeer again(up.lab);
    REQUIRE(again.connect());
    CHECK(again.establish());
    CHECK(up.lab.speaker.status(kPeer).established_count == 2);
    CHECK(up.lab.speaker.status(kPeer).dropped_count == 1);
    CHECK(up.lab.speaker.status(kPeer).last_down->text.find("by hand") != std::string::npos);
}

TEST_CASE("shutting down and enabling a neighbor by its settings") {
    Established up;
    auto settings = up.lab.neighbor("127.0.0.2");
    settings.peer.passive = true;
    settings.shutdown = true;
    settings.shutdown_text = "maintenance";
    up.lab.speaker.update_neighbor(kPeer, settings);
    CHECK(up.peer.receive_notification() ==
          cease_with_text(CeaseReason::AdministrativeShutdown, "maintenance"));
    CHECK(up.lab.speaker.status(kPeer).state == State::Idle);
    settings.shutdown = false;
    up.lab.speaker.update_neighbor(kPeer, settings);
    ScriptedPeer again(up.lab);
    REQUIRE(again.connect());
    CHECK(again.establish());
}

TEST_CASE("a prefix limit with a restart refuses connections until then") {
    Established up;
    const auto cease = prefix_limit_reached({AfiSafi::unicast(dx::net::Family::Ipv4), 100});
    up.lab.speaker.cease(kPeer, cease, 100ms);
    CHECK(up.peer.receive_notification() == cease);
    CHECK(up.downs()[0].cause == DownCause::PrefixLimit);
    CHECK(up.lab.speaker.status(kPeer).next_attempt_in <= 100ms);
    ScriptedPeer early(up.lab);
    REQUIRE(early.connect());
    CHECK(early.receive_notification() == notification(CeaseReason::ConnectionRejected));
    REQUIRE(up.lab.until_state(State::Active));
    ScriptedPeer late(up.lab);
    REQUIRE(late.connect());
    CHECK(late.establish());
}

TEST_CASE("a neighbor that is held down stays so whatever its link does, until it is released") {
    Established up;
    const auto cease = prefix_limit_reached({AfiSafi::unicast(dx::net::Family::Ipv4), 100});
    up.lab.speaker.cease(kPeer, cease, 1h);
    up.lab.speaker.set_reachable(kPeer, false, "interface eth0 is down");
    up.lab.speaker.set_reachable(kPeer, true);
    auto status = up.lab.speaker.status(kPeer);
    CHECK(status.held_down);
    CHECK(status.state == State::Idle);
    CHECK(
        status.last_error ==
        "sent NOTIFICATION Cease/Maximum Number of Prefixes Reached: at most 100 ipv4 prefixes are "
        "allowed");
    CHECK(*status.next_attempt_in > 59min);

    SECTION("by the router") {
        up.lab.speaker.release(kPeer);
    }
    SECTION("by the operator, who clears it") {
        up.lab.speaker.clear(kPeer, CeaseReason::AdministrativeReset);
    }
    status = up.lab.speaker.status(kPeer);
    CHECK_FALSE(status.held_down);
    CHECK(status.state == State::Active);
    ScriptedPeer again(up.lab);
    REQUIRE(again.connect());
    CHECK(again.establish());
}

TEST_CASE("a release does nothing to a neighbor that is not held down") {
    Established up;
    up.lab.speaker.release(kPeer);
    CHECK(up.downs().empty());
}

TEST_CASE("a reset of all tells everybody the reason given") {
    Established up;
    up.lab.speaker.stop(CeaseReason::OtherConfigurationChange, "router.asn changed", [] {});
    CHECK(up.downs()[0].text ==
          "sent NOTIFICATION Cease/Other Configuration Change: router.asn changed");
    CHECK(up.peer.receive_notification() == notification(CeaseReason::OtherConfigurationChange));
}

TEST_CASE("a peer that stops reading is given up when the send hold time is over") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.peer.passive = true;
    settings.peer.hold_time = 0s;
    settings.peer.min_send_hold = 60ms;
    lab.events.fill = [](NeighborId, Buffer& out) {
        const auto update = update_of("10.1.0.0/16");
        for (int i = 0; i < 1000; ++i)
            out.insert(out.end(), update.begin(), update.end());
    };
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    REQUIRE(peer.establish());
    const auto& downs = lab.events.of(kPeer).downs;
    REQUIRE(lab.until([&] { return !downs.empty(); }));
    CHECK(downs[0].cause == DownCause::SendHoldTimerExpired);
    CHECK(downs[0].notification == Notification{ErrorCode::SendHoldTimerExpired, 0, {}});
}

TEST_CASE("the peer's NOTIFICATION is told in its words and not answered") {
    Established up;
    const auto cease = cease_with_text(CeaseReason::AdministrativeShutdown, "good night");
    up.peer.send_notification(cease);
    CHECK_FALSE(up.peer.receive_notification());
    REQUIRE(up.downs().size() == 1);
    CHECK(up.downs()[0].notification == cease);
    CHECK(up.downs()[0].text.find("good night") != std::string::npos);
    const auto status = up.lab.speaker.status(kPeer);
    CHECK(status.in.notifications.at(name_of(cease)) == 1);
    CHECK(status.out.notifications.empty());
    CHECK(status.dropped_by.at(DownCause::NotificationReceived) == 1);
}

TEST_CASE("a peer that closes or resets is followed by the next connection") {
    Established up;
    up.peer.close();
    REQUIRE(up.lab.until([&] { return !up.downs().empty(); }));
    CHECK(up.downs()[0].cause == DownCause::ConnectionClosed);
    ScriptedPeer again(up.lab);
    REQUIRE(again.connect());
    CHECK(again.establish());
}

TEST_CASE("a NOTIFICATION arrives although the peer went on sending") {
    Established up;
    Buffer out;
    encode_open(up.peer.open, out);  // a second OPEN: 5/3
    out.resize(out.size() + 300'000, 0xff);
    up.peer.send(out);
    CHECK(up.peer.receive_notification() == notification(FsmError::UnexpectedInEstablished));
    CHECK(up.peer.at_end());
}

TEST_CASE("a connection that does not say OPEN is ended with 4/0") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.peer.passive = true;
    settings.peer.open_timeout = 50ms;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    CHECK(peer.receive_notification() == Notification{ErrorCode::HoldTimerExpired, 0, {}});
    CHECK(peer.at_end());
}

TEST_CASE("an exception while one session is served ends that session only, and is counted") {
    Established up;
    auto settings = up.lab.neighbor("127.0.0.3");
    settings.peer.passive = true;
    up.lab.speaker.add_neighbor(kOther, settings);
    ScriptedPeer other(up.lab, "127.0.0.3");
    REQUIRE(other.connect());
    other.send_open();
    other.send_keepalive();
    REQUIRE(up.lab.until_state(State::Established, kOther));

    up.lab.events.during_update = [](NeighborId) { throw std::out_of_range("bug"); };
    up.peer.send(update_of("10.1.0.0/16"));
    CHECK(up.peer.receive_notification() == notification(CeaseReason::Unspecified));
    CHECK(up.downs()[0].cause == DownCause::InternalError);
    CHECK(up.lab.speaker.status(kPeer).internal_errors == 1);
    CHECK(up.lab.events.notes.back() == "internal error: bug");
    CHECK(up.lab.speaker.status(kOther).state == State::Established);
}

TEST_CASE("a router that throws in on_down is still followed by the next attempt") {
    Established up;

    struct Thrower : Recorder {
        void on_down(NeighborId, SessionEpoch, const DownReason&) override {
            throw std::runtime_error("bug");
        }
    } events;

    Speaker speaker(up.lab.io.get_executor(), {.listen_addresses = {}}, events);
    auto settings = up.lab.neighbor("127.0.0.4");
    ScriptedPeer peer(up.lab, "127.0.0.4");
    peer.listen();
    speaker.add_neighbor(kPeer, settings);
    speaker.start();
    REQUIRE(peer.accept());
    peer.send_open();
    peer.send_keepalive();
    REQUIRE(up.lab.until([&] { return speaker.status(kPeer).state == State::Established; }));
    peer.send_notification(notification(CeaseReason::AdministrativeReset));
    CHECK(peer.accept());
    CHECK(speaker.status(kPeer).internal_errors == 1);
}
