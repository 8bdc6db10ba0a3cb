// Peers that misbehave harm nobody else.
#include <utility>

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/scripted_peer.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;

namespace {

NeighborSettings passive(const Lab& lab, const char* peer_address) {
    auto settings = lab.neighbor(peer_address);
    settings.peer.passive = true;
    return settings;
}

}  // namespace

TEST_CASE("a peer that sends one byte at a time gets its session") {
    Lab lab;
    lab.speaker.add_neighbor(kPeer, passive(lab, "127.0.0.2"));
    lab.speaker.start();
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    Buffer out;
    encode_open(peer.open, out);
    encode_keepalive(out);
    const auto update = update_of("10.1.0.0/16");
    out.insert(out.end(), update.begin(), update.end());
    for (const auto byte : out) {
        peer.send({byte});
        lab.io.restart();
        lab.io.poll();
    }
    CHECK(lab.until([&] { return lab.events.of(kPeer).prefixes.size() == 1; }));
}

TEST_CASE("a peer that never reads costs a bounded amount, and others go on") {
    Lab lab;
    const auto update = update_of("10.1.0.0/16");
    lab.events.fill = [&](NeighborId id, Buffer& out) {
        if (id != kPeer) return;
        while (out.size() < 65'536)
            out.insert(out.end(), update.begin(), update.end());
    };
    lab.speaker.add_neighbor(kPeer, passive(lab, "127.0.0.2"));
    lab.speaker.add_neighbor(kOther, passive(lab, "127.0.0.3"));
    lab.speaker.start();
    ScriptedPeer deaf(lab);
    REQUIRE(deaf.connect());
    REQUIRE(deaf.establish());
    // Until the kernel's buffers are full; then nothing more is made.
    std::size_t before = 0;
    CHECK(lab.until([&] {
        run_for(lab.io, 30ms);
        return std::exchange(before, lab.events.of(kPeer).fills) == before;
    }));
    CHECK(lab.events.of(kPeer).fills < 500);
    CHECK(lab.speaker.status(kPeer).out_queue > 0);
    CHECK(lab.speaker.status(kPeer).out_queue < 70'000);

    ScriptedPeer other(lab, "127.0.0.3");
    REQUIRE(other.connect());
    other.send_open();
    other.send_keepalive();
    CHECK(lab.until_state(State::Established, kOther));
    other.send(update);
    CHECK(lab.until([&] { return lab.events.of(kOther).prefixes.size() == 1; }));
}

TEST_CASE("a flood from one peer leaves others their turns") {
    Lab lab;
    lab.speaker.add_neighbor(kPeer, passive(lab, "127.0.0.2"));
    lab.speaker.add_neighbor(kOther, passive(lab, "127.0.0.3"));
    lab.speaker.start();
    ScriptedPeer fast(lab);
    REQUIRE(fast.connect());
    REQUIRE(fast.establish());
    ScriptedPeer other(lab, "127.0.0.3");
    REQUIRE(other.connect());
    other.send_open();
    other.send_keepalive();
    REQUIRE(lab.until_state(State::Established, kOther));

    std::size_t before_other = 0;
    lab.events.during_update = [&](NeighborId id) {
        if (id == kOther) before_other = lab.events.of(kPeer).prefixes.size();
        // 1 ms: a table of a thousand such messages would take a second.
        const auto end = std::chrono::steady_clock::now() + 1ms;
        while (std::chrono::steady_clock::now() < end) {
        }
    };
    Buffer flood;
    for (int i = 0; i < 1000; ++i) {
        const auto update = update_of("10.1.0.0/16");
        flood.insert(flood.end(), update.begin(), update.end());
    }
    fast.send(flood);
    other.send(update_of("10.2.0.0/16"));
    REQUIRE(lab.until([&] { return !lab.events.of(kOther).prefixes.empty(); }));
    CHECK(before_other < 500);
}

TEST_CASE("a flood of connections from a neighbor does not keep it from connecting properly") {
    Lab lab;
    lab.speaker.add_neighbor(kPeer, passive(lab, "127.0.0.2"));
    lab.speaker.start();
    std::vector<std::unique_ptr<ScriptedPeer>> flood;
    for (int i = 0; i < 100; ++i) {
        flood.push_back(std::make_unique<ScriptedPeer>(lab));
        REQUIRE(flood.back()->connect());
    }
    ScriptedPeer proper(lab);
    REQUIRE(proper.connect());
    CHECK(proper.establish());
    CHECK(flood.front()->receive_notification() ==
          notification(CeaseReason::ConnectionCollisionResolution));
}

TEST_CASE("garbage is answered with the header's error") {
    Lab lab;
    lab.speaker.add_neighbor(kPeer, passive(lab, "127.0.0.2"));
    lab.speaker.start();
    ScriptedPeer peer(lab);
    REQUIRE(peer.connect());
    peer.send(Buffer(100, 0));
    const auto answer = peer.receive_notification();
    REQUIRE(answer);
    CHECK(answer->code == ErrorCode::MessageHeader);
    CHECK(answer->subcode == 1);
    CHECK(peer.at_end());
}
