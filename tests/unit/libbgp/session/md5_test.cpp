// TCP MD5 (RFC 2385) over loopback: the right key, the wrong one, none on one side.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/scripted_peer.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

TEST_CASE("with the same key on both sides the session comes up, dialling and accepting") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.password = "s3cret";
    ScriptedPeer peer(lab);
    peer.set_key("s3cret");
    SECTION("dialling") {
        peer.listen();
        lab.speaker.add_neighbor(kPeer, settings);
        lab.speaker.start();
        REQUIRE(peer.accept());
    }
    SECTION("accepting") {
        settings.peer.passive = true;
        lab.speaker.add_neighbor(kPeer, settings);
        lab.speaker.start();
        REQUIRE(peer.connect());
    }
    SECTION("accepting, with a neighbor that was added later") {
        settings.peer.passive = true;
        lab.speaker.start();
        lab.speaker.add_neighbor(kPeer, settings);
        REQUIRE(peer.connect());
    }
    CHECK(peer.establish());
}

TEST_CASE("with a wrong or missing key nothing is heard, and the status says what to suspect") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.connect_timeout = 50ms;
    ScriptedPeer peer(lab);
    std::string expected;
    SECTION("another key") {
        settings.password = "s3cret";
        peer.set_key("other");
        expected = "different password";
    }
    SECTION("ours only") {
        settings.password = "s3cret";
        expected = "different password";
    }
    SECTION("theirs only") {
        peer.set_key("other");
        expected = "password (TCP MD5) on its side only";
    }
    peer.listen();
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    CHECK(lab.until([&] { return !lab.speaker.status(kPeer).last_error.empty(); }));
    const auto status = lab.speaker.status(kPeer);
    CAPTURE(status.last_error);
    CHECK(status.last_error.find(expected) != std::string::npos);
    CHECK(status.last_error.find("no answer from 127.0.0.2") == 0);
    CHECK(std::ranges::count(lab.events.notes, "no session: " + status.last_error) == 1);
}

TEST_CASE("a neighbor with a key is not served without it") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.password = "s3cret";
    settings.peer.passive = true;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer peer(lab);
    CHECK_FALSE(peer.connect(50ms));
    CHECK(lab.events.of(kPeer).up == 0);
}

TEST_CASE("a key that is replaced holds from the next connection on") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.password = "old";
    settings.peer.passive = true;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    ScriptedPeer before(lab);
    before.set_key("old");
    REQUIRE(before.connect());
    REQUIRE(before.establish());

    settings.password = "new";
    lab.speaker.update_neighbor(kPeer, settings);
    lab.speaker.clear(kPeer, CeaseReason::OtherConfigurationChange);
    CHECK(before.receive_notification() == notification(CeaseReason::OtherConfigurationChange));

    ScriptedPeer after(lab);
    after.set_key("new");
    REQUIRE(after.connect());
    CHECK(after.establish());
}

TEST_CASE("a key goes with its neighbor") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.password = "s3cret";
    settings.peer.passive = true;
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    lab.speaker.remove_neighbor(kPeer);
    settings.password.clear();
    lab.speaker.add_neighbor(kOther, settings);
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    peer.send_open();
    peer.send_keepalive();
    CHECK(lab.until_state(State::Established, kOther));
}

TEST_CASE("a key that the kernel refuses fails closed, and is said once") {
    Lab lab;
    auto settings = lab.neighbor("127.0.0.2");
    settings.password = std::string(81, 'x');  // longer than the kernel takes
    lab.speaker.add_neighbor(kPeer, settings);
    lab.speaker.start();
    REQUIRE(lab.until([&] { return !lab.speaker.status(kPeer).last_error.empty(); }));
    CHECK(lab.speaker.status(kPeer).last_error == "the password is longer than 80 bytes");

    ScriptedPeer peer(lab);
    peer.connect();
    CHECK_FALSE(peer.receive());
    const std::string text =
        "connections from 127.0.0.2 are refused: the password is longer than 80 bytes";
    CHECK(std::ranges::count(lab.events.notes, text) == 1);

    settings.password = "s3cret";
    lab.speaker.update_neighbor(kPeer, settings);
    ScriptedPeer with_key(lab);
    with_key.set_key("s3cret");
    REQUIRE(with_key.connect());
    CHECK(with_key.establish());
}
