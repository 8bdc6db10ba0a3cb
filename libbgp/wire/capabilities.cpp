// A capability is one row of `kRows`: its code, how to read its value, how to write it.
#include "libbgp/wire/capabilities.hpp"

#include <algorithm>
#include <iterator>

#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

// RFC 4760 8: AFI, a reserved octet, SAFI.
bool decode_multiprotocol(Bytes value, Capabilities& capabilities) {
    if (value.size() != 4) return false;
    ByteReader reader(value);
    AfiSafi family;
    family.afi = reader.u16();
    reader.u8();
    family.safi = reader.u8();
    auto& known = capabilities.multiprotocol;
    if (std::ranges::find(known, family) == known.end()) known.push_back(family);
    return true;
}

void encode_multiprotocol(AfiSafi family, ByteWriter& writer) {
    writer.u16(family.afi);
    writer.u8(0);
    writer.u8(family.safi);
}

// A capability that is there or not, without a value: RFC 2918, 7313, 8654.
template <bool Capabilities::* Flag>
bool decode_flag(Bytes value, Capabilities& capabilities) {
    if (!value.empty()) return false;
    capabilities.*Flag = true;
    return true;
}

// RFC 6793 3.
bool decode_four_octet_as(Bytes value, Capabilities& capabilities) {
    if (value.size() != 4) return false;
    capabilities.four_octet_as = ByteReader(value).u32();
    return true;
}

// RFC 9234 4.2: several that agree are one; several that differ are the fsm's to refuse.
bool decode_role(Bytes value, Capabilities& capabilities) {
    if (value.size() != 1) return false;
    const Role role{value[0]};
    if (capabilities.role && *capabilities.role != role) capabilities.conflicting_roles = true;
    capabilities.role = role;
    return true;
}

// RFC 4724 3: flags and restart time in the first two octets, then four octets a family.
constexpr std::uint16_t kRestarting = 0x8000;
constexpr std::uint16_t kNotificationPreserves = 0x4000;  // RFC 8538 2
constexpr std::uint16_t kRestartTimeMask = 0x0fff;
constexpr std::uint8_t kForwardingPreserved = 0x80;

// The last one counts (RFC 4724 3).
bool decode_graceful_restart(Bytes value, Capabilities& capabilities) {
    if (value.size() % 4 != 2) return false;
    ByteReader reader(value);
    const auto word = reader.u16();
    GracefulRestart restart;
    restart.restarting = (word & kRestarting) != 0;
    restart.notification_preserves = (word & kNotificationPreserves) != 0;
    restart.restart_time = std::chrono::seconds(word & kRestartTimeMask);
    while (!reader.empty()) {
        auto& entry = restart.families.emplace_back();
        entry.afi_safi.afi = reader.u16();
        entry.afi_safi.safi = reader.u8();
        entry.forwarding_preserved = (reader.u8() & kForwardingPreserved) != 0;
    }
    capabilities.graceful_restart = std::move(restart);
    return true;
}

void encode_graceful_restart(const GracefulRestart& restart, ByteWriter& writer) {
    const auto seconds =
        std::clamp<std::chrono::seconds::rep>(restart.restart_time.count(), 0, kRestartTimeMask);
    writer.u16(static_cast<std::uint16_t>(
        (restart.restarting ? kRestarting : 0) |
        (restart.notification_preserves ? kNotificationPreserves : 0) | static_cast<int>(seconds)));
    for (const auto& entry : restart.families) {
        writer.u16(entry.afi_safi.afi);
        writer.u8(entry.afi_safi.safi);
        writer.u8(entry.forwarding_preserved ? kForwardingPreserved : 0);
    }
}

// RFC 9494 3: AFI, SAFI, flags and the stale time in three octets, a family.
constexpr std::size_t kLongLivedEntry = 7;

// The last one counts, as with Graceful Restart.
bool decode_long_lived_restart(Bytes value, Capabilities& capabilities) {
    if (value.size() % kLongLivedEntry != 0) return false;
    ByteReader reader(value);
    LongLivedRestart restart;
    while (!reader.empty()) {
        auto& entry = restart.families.emplace_back();
        entry.afi_safi.afi = reader.u16();
        entry.afi_safi.safi = reader.u8();
        entry.forwarding_preserved = (reader.u8() & kForwardingPreserved) != 0;
        const std::uint32_t high = reader.u8();
        entry.stale_time = std::chrono::seconds(high << 16 | reader.u16());
    }
    capabilities.long_lived_restart = std::move(restart);
    return true;
}

void encode_long_lived_restart(const LongLivedRestart& restart, ByteWriter& writer) {
    for (const auto& entry : restart.families) {
        const auto seconds =
            std::clamp(entry.stale_time, std::chrono::seconds(0), kLongestStaleTime).count();
        writer.u16(entry.afi_safi.afi);
        writer.u8(entry.afi_safi.safi);
        writer.u8(entry.forwarding_preserved ? kForwardingPreserved : 0);
        writer.u8(static_cast<std::uint8_t>(seconds >> 16));
        writer.u16(static_cast<std::uint16_t>(seconds & 0xffff));
    }
}

namespace code {
constexpr std::uint8_t kMultiprotocol = 1;
constexpr std::uint8_t kRouteRefresh = 2;
constexpr std::uint8_t kExtendedMessage = 6;
constexpr std::uint8_t kRole = 9;
constexpr std::uint8_t kGracefulRestart = 64;
constexpr std::uint8_t kFourOctetAs = 65;
constexpr std::uint8_t kEnhancedRouteRefresh = 70;
constexpr std::uint8_t kLongLivedRestart = 71;
}  // namespace code

struct Row {
    std::uint8_t code;
    bool (*decode)(Bytes, Capabilities&);  // false: the length is wrong
};

constexpr Row kRows[] = {
    {code::kMultiprotocol, decode_multiprotocol},
    {code::kRouteRefresh, decode_flag<&Capabilities::route_refresh>},
    {code::kExtendedMessage, decode_flag<&Capabilities::extended_message>},
    {code::kRole, decode_role},
    {code::kGracefulRestart, decode_graceful_restart},
    {code::kFourOctetAs, decode_four_octet_as},
    {code::kEnhancedRouteRefresh, decode_flag<&Capabilities::enhanced_route_refresh>},
    {code::kLongLivedRestart, decode_long_lived_restart},
};

bool decode_capability(std::uint8_t code, Bytes value, Capabilities& capabilities) {
    const auto* row = std::ranges::find(kRows, code, &Row::code);
    if (row != std::end(kRows)) return row->decode(value, capabilities);
    capabilities.unknown.push_back({code, {value.begin(), value.end()}});
    return true;
}

// One capability around what `write` puts there.
template <class Write>
void encode_capability(std::uint8_t code, ByteWriter& writer, Write&& write) {
    writer.u8(code);
    const auto length = writer.reserve_u8();
    write();
    writer.fill_u8(length);
}

void encode_flag(bool set, std::uint8_t code, ByteWriter& writer) {
    if (set) encode_capability(code, writer, [] {});
}

}  // namespace

bool decode_capabilities(Bytes parameter, Capabilities& capabilities) {
    ByteReader reader(parameter);
    while (!reader.empty()) {
        const auto code = reader.u8();
        const auto value = reader.take(reader.u8());
        if (!reader.ok() || !decode_capability(code, value, capabilities)) return false;
    }
    return true;
}

void encode_capabilities(const Capabilities& capabilities, ByteWriter& writer) {
    for (const auto family : capabilities.multiprotocol)
        encode_capability(code::kMultiprotocol, writer,
                          [&] { encode_multiprotocol(family, writer); });
    encode_flag(capabilities.route_refresh, code::kRouteRefresh, writer);
    encode_flag(capabilities.extended_message, code::kExtendedMessage, writer);
    if (const auto role = capabilities.role)
        encode_capability(code::kRole, writer,
                          [&] { writer.u8(static_cast<std::uint8_t>(*role)); });
    if (const auto& restart = capabilities.graceful_restart)
        encode_capability(code::kGracefulRestart, writer,
                          [&] { encode_graceful_restart(*restart, writer); });
    if (const auto as = capabilities.four_octet_as)
        encode_capability(code::kFourOctetAs, writer, [&] { writer.u32(*as); });
    encode_flag(capabilities.enhanced_route_refresh, code::kEnhancedRouteRefresh, writer);
    if (const auto& restart = capabilities.long_lived_restart)
        encode_capability(code::kLongLivedRestart, writer,
                          [&] { encode_long_lived_restart(*restart, writer); });
    for (const auto& other : capabilities.unknown)
        encode_capability(other.code, writer, [&] { writer.bytes(other.value); });
}

}  // namespace dx::bgp
