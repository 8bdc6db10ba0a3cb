#include "libfib/bfd/packet.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace dx::bfd {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSmallestAuthentication = 2;

constexpr std::uint8_t kPoll = 0x20;
constexpr std::uint8_t kFinal = 0x10;
constexpr std::uint8_t kControlPlaneIndependent = 0x08;
constexpr std::uint8_t kAuthenticationPresent = 0x04;
constexpr std::uint8_t kDemand = 0x02;
constexpr std::uint8_t kMultipoint = 0x01;

constexpr std::uint8_t kDiagnosticBits = 0x1f;

constexpr std::array<std::string_view, 4> kStates{"AdminDown", "Down", "Init", "Up"};

constexpr std::array<std::string_view, 9> kDiagnostics{
    "no diagnostic",
    "control detection time expired",
    "echo function failed",
    "neighbor signaled session down",
    "forwarding plane reset",
    "path down",
    "concatenated path down",
    "administratively down",
    "reverse concatenated path down",
};

constexpr std::array<std::string_view, static_cast<std::size_t>(Discard::Count)> kDiscards{
    "packet too short",
    "wrong version",
    "wrong length",
    "detect multiplier 0",
    "multipoint bit set",
    "my discriminator 0",
    "your discriminator 0 while Init or Up",
    "authentication, which is not supported",
    "wrong TTL or hop limit",
    "no session with the sender",
    "unknown discriminator",
    "wrong address for the discriminator",
    "wrong interface for the discriminator",
    "session administratively down",
};

std::uint32_t read_u32(Bytes bytes, std::size_t at) {
    const auto four = bytes.subspan(at, 4);
    return std::accumulate(four.begin(), four.end(), std::uint32_t{0},
                           [](std::uint32_t sum, std::uint8_t octet) { return sum << 8 | octet; });
}

void write_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

void write_interval(std::span<std::uint8_t> bytes, std::size_t at, Interval interval) {
    assert(interval >= Interval::zero() && interval <= kMaxInterval);
    write_u32(bytes, at, static_cast<std::uint32_t>(interval.count()));
}

std::uint8_t flags_of(const ControlPacket& packet) {
    unsigned flags = static_cast<unsigned>(packet.state) << 6;
    if (packet.poll) flags |= kPoll;
    if (packet.final) flags |= kFinal;
    if (packet.control_plane_independent) flags |= kControlPlaneIndependent;
    if (packet.demand) flags |= kDemand;
    return static_cast<std::uint8_t>(flags);
}

ControlPacket fields_of(Bytes bytes) {
    const std::uint8_t flags = bytes[1];
    ControlPacket packet;
    packet.diagnostic = Diagnostic{static_cast<std::uint8_t>(bytes[0] & kDiagnosticBits)};
    packet.state = State{static_cast<std::uint8_t>(flags >> 6)};
    packet.poll = (flags & kPoll) != 0;
    packet.final = (flags & kFinal) != 0;
    packet.control_plane_independent = (flags & kControlPlaneIndependent) != 0;
    packet.demand = (flags & kDemand) != 0;
    packet.detect_multiplier = bytes[2];
    packet.my_discriminator = read_u32(bytes, 4);
    packet.your_discriminator = read_u32(bytes, 8);
    packet.desired_min_tx = Interval{read_u32(bytes, 12)};
    packet.required_min_rx = Interval{read_u32(bytes, 16)};
    packet.required_min_echo_rx = Interval{read_u32(bytes, 20)};
    return packet;
}

}  // namespace

std::string_view to_string(State state) {
    return kStates[static_cast<std::size_t>(state)];
}

std::string_view to_string(Diagnostic diagnostic) {
    const auto number = static_cast<std::size_t>(diagnostic);
    return number < kDiagnostics.size() ? kDiagnostics[number] : "reserved diagnostic";
}

std::string_view to_string(Discard reason) {
    return kDiscards[static_cast<std::size_t>(reason)];
}

std::uint64_t DiscardCounts::total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

// In the order of RFC 5880 6.8.6.
Decoded decode(Bytes bytes) {
    if (bytes.size() < kPacketBytes) return Discard::TooShort;
    if (bytes[0] >> 5 != kVersion) return Discard::Version;
    const bool authenticated = (bytes[1] & kAuthenticationPresent) != 0;
    const std::size_t length = bytes[3];
    if (length < kPacketBytes + (authenticated ? kSmallestAuthentication : 0))
        return Discard::Length;
    if (length > bytes.size()) return Discard::TooShort;
    if ((bytes[1] & kMultipoint) != 0) return Discard::Multipoint;
    const ControlPacket packet = fields_of(bytes);
    if (packet.detect_multiplier == 0) return Discard::NoDetectMultiplier;
    if (packet.my_discriminator == 0) return Discard::NoMyDiscriminator;
    if (packet.your_discriminator == 0 && packet.state > State::Down)
        return Discard::NoYourDiscriminator;
    if (authenticated) return Discard::Authentication;
    return packet;
}

std::array<std::uint8_t, kPacketBytes> encode(const ControlPacket& packet) {
    std::array<std::uint8_t, kPacketBytes> bytes{};
    bytes[0] = static_cast<std::uint8_t>(kVersion << 5 | static_cast<unsigned>(packet.diagnostic));
    bytes[1] = flags_of(packet);
    bytes[2] = packet.detect_multiplier;
    bytes[3] = kPacketBytes;
    write_u32(bytes, 4, packet.my_discriminator);
    write_u32(bytes, 8, packet.your_discriminator);
    write_interval(bytes, 12, packet.desired_min_tx);
    write_interval(bytes, 16, packet.required_min_rx);
    write_interval(bytes, 20, packet.required_min_echo_rx);
    return bytes;
}

}  // namespace dx::bfd
