#include "libfib/bfd/demultiplexer.hpp"

#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::bfd;

namespace {

constexpr SessionId kFirst{1};
constexpr SessionId kSecond{2};
constexpr SessionId kThird{3};

net::IpAddress address(const char* text) {
    return *net::IpAddress::parse(text);
}

// Gives these numbers, one after the other.
Demultiplexer::Random in_turn(std::vector<std::uint32_t> numbers) {
    std::reverse(numbers.begin(), numbers.end());
    return [numbers]() mutable {
        const auto next = numbers.back();
        numbers.pop_back();
        return next;
    };
}

// From the peer, as a packet over one link has it.
Arrival from(const char* source, const char* destination = "192.0.2.2",
             InterfaceIndex interface = 7) {
    return {address(source), address(destination), interface, 255};
}

ControlPacket to(Discriminator discriminator) {
    ControlPacket packet;
    packet.your_discriminator = discriminator;
    return packet;
}

Match found(SessionId session) {
    return {session, std::nullopt};
}

}  // namespace

TEST_CASE("a discriminator is neither 0 nor another session's") {
    Demultiplexer sessions;
    CHECK(sessions.add(kFirst, {address("192.0.2.1")}, in_turn({0, 5})) == 5);
    CHECK(sessions.add(kSecond, {address("192.0.2.9")}, in_turn({5, 0, 5, 6})) == 6);
    sessions.remove(kFirst);
    CHECK(sessions.add(kThird, {address("192.0.2.1")}, in_turn({5})) == 5);
}

TEST_CASE("a packet is its session's by Your Discriminator, if the rest fits") {
    Demultiplexer sessions;
    sessions.add(kFirst, {address("192.0.2.1"), address("192.0.2.2"), 7}, in_turn({5}));
    CHECK(sessions.find(to(5), from("192.0.2.1")) == found(kFirst));
    CHECK(sessions.find(to(6), from("192.0.2.1")) ==
          Match{std::nullopt, Discard::UnknownDiscriminator});
    CHECK(sessions.find(to(5), from("192.0.2.3")) == Match{kFirst, Discard::WrongAddress});
    CHECK(sessions.find(to(5), from("192.0.2.1", "192.0.2.4")) ==
          Match{kFirst, Discard::WrongAddress});
    CHECK(sessions.find(to(5), from("192.0.2.1", "192.0.2.2", 8)) ==
          Match{kFirst, Discard::WrongInterface});
    sessions.remove(kFirst);
    CHECK(sessions.find(to(5), from("192.0.2.1")).refused == Discard::UnknownDiscriminator);
}

TEST_CASE("without Your Discriminator it is found by where it comes from") {
    Demultiplexer sessions;
    sessions.add(kFirst, {address("192.0.2.1")}, in_turn({5}));
    CHECK(sessions.find(to(0), from("192.0.2.1")) == found(kFirst));
    CHECK(sessions.find(to(0), from("192.0.2.3")) == Match{std::nullopt, Discard::UnknownPeer});
}

TEST_CASE("a packet that came over a router is refused, whatever it says") {
    Demultiplexer sessions;
    sessions.add(kFirst, {address("192.0.2.1")}, in_turn({5}));
    auto arrival = from("192.0.2.1");
    arrival.hop_limit = 254;
    const Match refused{kFirst, Discard::HopLimit};  // it seems to be that session's
    for (const Discriminator discriminator : {0, 5, 6})
        CHECK(sessions.find(to(discriminator), arrival) == refused);
    CHECK(sessions.find(Discard::Authentication, arrival) == refused);
    arrival.source = address("192.0.2.3");
    CHECK(sessions.find(to(5), arrival) == Match{std::nullopt, Discard::HopLimit});
}

TEST_CASE("a packet that cannot be read seems to be its sender's") {
    Demultiplexer sessions;
    sessions.add(kFirst, {address("192.0.2.1"), std::nullopt, 7}, in_turn({5}));
    for (const auto reason : {Discard::Authentication, Discard::Version, Discard::Length,
                              Discard::NoDetectMultiplier, Discard::NoMyDiscriminator})
        CHECK(sessions.find(reason, from("192.0.2.1")) == Match{kFirst, reason});
    CHECK(sessions.find(Discard::Version, from("192.0.2.3")).session == std::nullopt);
    CHECK(sessions.find(Discard::Version, from("192.0.2.1", "192.0.2.2", 8)).session ==
          std::nullopt);
}

TEST_CASE("one link-local address on several links is a peer on each") {
    Demultiplexer sessions;
    sessions.add(kFirst, {address("fe80::1"), std::nullopt, 7}, in_turn({5}));
    sessions.add(kSecond, {address("fe80::1"), std::nullopt, 8}, in_turn({6}));
    CHECK(sessions.find(to(0), from("fe80::1", "fe80::2", 7)) == found(kFirst));
    CHECK(sessions.find(to(0), from("fe80::1", "fe80::2", 8)) == found(kSecond));
    CHECK(sessions.find(to(0), from("fe80::1", "fe80::2", 9)).refused == Discard::UnknownPeer);
    sessions.change(kSecond, {address("fe80::1"), std::nullopt, 9});
    CHECK(sessions.find(to(0), from("fe80::1", "fe80::2", 9)) == found(kSecond));
    CHECK(sessions.find(to(6), from("fe80::1", "fe80::2", 8)).refused == Discard::WrongInterface);
}

TEST_CASE("the session that says most of a packet's way gets it, else the oldest") {
    Demultiplexer sessions;
    sessions.add(kFirst, {address("192.0.2.1")}, in_turn({5}));
    sessions.add(kSecond, {address("192.0.2.1"), address("192.0.2.2")}, in_turn({6}));
    sessions.add(kThird, {address("192.0.2.1"), address("192.0.2.2")}, in_turn({7}));
    CHECK(sessions.find(to(0), from("192.0.2.1", "192.0.2.2")) == found(kSecond));
    CHECK(sessions.find(to(0), from("192.0.2.1", "192.0.2.4")) == found(kFirst));
}
