#include "libfib/bfd/packet.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace dx::bfd;
using namespace std::chrono_literals;

namespace {

using Octets = std::vector<std::uint8_t>;

// Up, no flags, multiplier 3; what FRR sends once a session of 300 ms is settled.
const Octets kUp{0x20, 0xc0, 0x03, 0x18, 0x8d, 0x3a, 0x11, 0x02, 0x5f, 0x00, 0x00, 0x01,
                 0x00, 0x04, 0x93, 0xe0, 0x00, 0x04, 0x93, 0xe0, 0x00, 0x00, 0xc3, 0x50};

// The packet above with one octet changed.
Octets with(std::size_t at, std::uint8_t octet, Octets bytes = kUp) {
    bytes.at(at) = octet;
    return bytes;
}

std::optional<Discard> refusal(const Octets& bytes) {
    const auto decoded = decode(bytes);
    const auto* discard = std::get_if<Discard>(&decoded);
    return discard != nullptr ? std::optional(*discard) : std::nullopt;
}

}  // namespace

TEST_CASE("a packet's fields are where RFC 5880 4.1 has them") {
    const auto packet = std::get<ControlPacket>(decode(kUp));
    CHECK(packet.state == State::Up);
    CHECK(packet.diagnostic == Diagnostic::None);
    CHECK_FALSE(packet.poll);
    CHECK_FALSE(packet.final);
    CHECK_FALSE(packet.demand);
    CHECK(packet.detect_multiplier == 3);
    CHECK(packet.my_discriminator == 0x8d3a1102);
    CHECK(packet.your_discriminator == 0x5f000001);
    CHECK(packet.desired_min_tx == 300ms);
    CHECK(packet.required_min_rx == 300ms);
    CHECK(packet.required_min_echo_rx == 50ms);
}

TEST_CASE("each flag is one bit") {
    CHECK(std::get<ControlPacket>(decode(with(1, 0xe0))).poll);
    CHECK(std::get<ControlPacket>(decode(with(1, 0xd0))).final);
    CHECK(std::get<ControlPacket>(decode(with(1, 0xc8))).control_plane_independent);
    CHECK(std::get<ControlPacket>(decode(with(1, 0xc2))).demand);
}

TEST_CASE("a packet is the same after it was encoded and decoded") {
    ControlPacket packet;
    packet.diagnostic = Diagnostic::NeighborSignaledSessionDown;
    packet.state = State::Init;
    packet.poll = true;
    packet.control_plane_independent = true;
    packet.demand = true;
    packet.detect_multiplier = 255;
    packet.my_discriminator = 0xffffffff;
    packet.your_discriminator = 1;
    packet.desired_min_tx = kMaxInterval;
    packet.required_min_rx = 10ms;
    CHECK(std::get<ControlPacket>(decode(encode(packet))) == packet);
    packet.poll = false;
    packet.final = true;
    packet.diagnostic = Diagnostic{31};
    CHECK(std::get<ControlPacket>(decode(encode(packet))) == packet);
    const auto bytes = encode(std::get<ControlPacket>(decode(kUp)));
    CHECK(Octets(bytes.begin(), bytes.end()) == kUp);
}

TEST_CASE("a packet that is cut short is refused at every length") {
    for (std::size_t length = 0; length < kUp.size(); ++length)
        CHECK(refusal(Octets(kUp.begin(), kUp.begin() + static_cast<std::ptrdiff_t>(length))) ==
              Discard::TooShort);
}

TEST_CASE("what follows the packet's own length is ignored, as padding to a frame") {
    Octets padded = kUp;
    padded.resize(60, 0xee);
    CHECK_FALSE(refusal(padded));
}

TEST_CASE("what RFC 5880 6.8.6 tells to discard is discarded, each with its reason") {
    CHECK(refusal(with(0, 0x00)) == Discard::Version);
    CHECK(refusal(with(0, 0x40)) == Discard::Version);
    CHECK(refusal(with(3, 23)) == Discard::Length);
    CHECK(refusal(with(3, 25)) == Discard::TooShort);
    CHECK(refusal(with(2, 0)) == Discard::NoDetectMultiplier);
    CHECK(refusal(with(1, 0xc1)) == Discard::Multipoint);
    CHECK(refusal(with(4, 0, with(5, 0, with(6, 0, with(7, 0))))) == Discard::NoMyDiscriminator);
}

TEST_CASE("only Down and AdminDown may not know our discriminator") {
    const Octets unknown = with(8, 0, with(11, 0));
    CHECK(refusal(with(1, 0xc0, unknown)) == Discard::NoYourDiscriminator);
    CHECK(refusal(with(1, 0x80, unknown)) == Discard::NoYourDiscriminator);
    CHECK_FALSE(refusal(with(1, 0x40, unknown)));
    CHECK_FALSE(refusal(with(1, 0x00, unknown)));
}

TEST_CASE("authentication is refused as such, and without its section by the length") {
    CHECK(refusal(with(1, 0xc4)) == Discard::Length);
    Octets authenticated = with(1, 0xc4, with(3, 26));
    authenticated.push_back(1);
    CHECK(refusal(authenticated) == Discard::TooShort);
    authenticated.push_back(2);
    CHECK(refusal(authenticated) == Discard::Authentication);
}

TEST_CASE("states, diagnostics and reasons have names of their own") {
    CHECK(to_string(State::AdminDown) == "AdminDown");
    CHECK(to_string(Diagnostic::ControlDetectionTimeExpired) == "control detection time expired");
    CHECK(to_string(Diagnostic::ReverseConcatenatedPathDown) == "reverse concatenated path down");
    CHECK(to_string(Diagnostic{9}) == "reserved diagnostic");
    std::set<std::string> names;
    for (std::uint8_t reason = 0; reason < static_cast<std::uint8_t>(Discard::Count); ++reason)
        names.emplace(to_string(Discard{reason}));
    CHECK(names.size() == static_cast<std::size_t>(Discard::Count));
    CHECK(names.count("") == 0);
}
