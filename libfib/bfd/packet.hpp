// The BFD Control packet (RFC 5880 4.1), between bytes and a value; pure.
//
// Decoding makes all checks of 6.8.6 that need no session. We know no authentication, so a packet
// with it is refused.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace dx::bfd {

using Bytes = std::span<const std::uint8_t>;
using Interval = std::chrono::microseconds;
using Discriminator = std::uint32_t;  // 0: not known

enum class State : std::uint8_t { AdminDown, Down, Init, Up };

std::string_view to_string(State state);  // "AdminDown"

// Why the session last changed its state; what is not named here is reserved.
enum class Diagnostic : std::uint8_t {
    None,
    ControlDetectionTimeExpired,
    EchoFunctionFailed,
    NeighborSignaledSessionDown,
    ForwardingPlaneReset,
    PathDown,
    ConcatenatedPathDown,
    AdministrativelyDown,
    ReverseConcatenatedPathDown,
};

std::string_view to_string(Diagnostic diagnostic);  // "control detection time expired"

// Why a packet that came in was not taken.
enum class Discard : std::uint8_t {
    TooShort,              // for its header, or for the length that it says
    Version,               // not 1
    Length,                // too small for what must be in it
    NoDetectMultiplier,    // 0
    Multipoint,            // M bit
    NoMyDiscriminator,     // 0
    NoYourDiscriminator,   // 0, and the sender claims to have heard of us
    Authentication,        // A bit
    HopLimit,              // TTL or hop limit below 255: it came over a router (RFC 5881 5)
    UnknownPeer,           // no session with its sender
    UnknownDiscriminator,  // Your Discriminator is of no session of ours
    WrongAddress,          // Your Discriminator is of a session with another peer
    WrongInterface,        // or of one over another interface
    SessionAdminDown,      // ours is switched off
    Count
};

std::string_view to_string(Discard reason);  // "wrong TTL or hop limit"

// How many packets were not taken, for each reason.
class DiscardCounts {
public:
    void add(Discard reason) { ++counts_[static_cast<std::size_t>(reason)]; }

    std::uint64_t of(Discard reason) const { return counts_[static_cast<std::size_t>(reason)]; }

    std::uint64_t total() const;

    friend bool operator==(const DiscardCounts&, const DiscardCounts&) = default;

private:
    std::array<std::uint64_t, static_cast<std::size_t>(Discard::Count)> counts_{};
};

struct ControlPacket {
    Diagnostic diagnostic = Diagnostic::None;
    State state = State::Down;
    bool poll = false;
    bool final = false;
    bool control_plane_independent = false;
    bool demand = false;
    std::uint8_t detect_multiplier = 3;
    Discriminator my_discriminator = 0;
    Discriminator your_discriminator = 0;
    Interval desired_min_tx{0};  // in microseconds on the wire, 32 bits
    Interval required_min_rx{0};
    Interval required_min_echo_rx{0};

    friend bool operator==(const ControlPacket&, const ControlPacket&) = default;
};

inline constexpr std::size_t kPacketBytes = 24;  // without an authentication section
inline constexpr Interval kMaxInterval{0xffffffff};

using Decoded = std::variant<ControlPacket, Discard>;

// What follows the packet's own length is not looked at.
Decoded decode(Bytes bytes);

// Intervals are from 0 to kMaxInterval.
std::array<std::uint8_t, kPacketBytes> encode(const ControlPacket& packet);

}  // namespace dx::bfd
