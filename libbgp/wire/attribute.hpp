// A path attribute on the wire: flags, type, length, value. RFC 4271 4.3.
#pragma once

#include <optional>

#include "libbgp/wire/types.hpp"

namespace dx::bgp {

namespace attribute_flag {
inline constexpr std::uint8_t kOptional = 0x80;
inline constexpr std::uint8_t kTransitive = 0x40;
inline constexpr std::uint8_t kPartial = 0x20;
inline constexpr std::uint8_t kExtendedLength = 0x10;
}  // namespace attribute_flag

namespace attribute_type {
inline constexpr std::uint8_t kOrigin = 1;
inline constexpr std::uint8_t kAsPath = 2;
inline constexpr std::uint8_t kNextHop = 3;
inline constexpr std::uint8_t kMed = 4;
inline constexpr std::uint8_t kLocalPref = 5;
inline constexpr std::uint8_t kAtomicAggregate = 6;
inline constexpr std::uint8_t kAggregator = 7;
inline constexpr std::uint8_t kCommunities = 8;
inline constexpr std::uint8_t kOriginatorId = 9;
inline constexpr std::uint8_t kClusterList = 10;
inline constexpr std::uint8_t kMpReach = 14;
inline constexpr std::uint8_t kMpUnreach = 15;
inline constexpr std::uint8_t kExtendedCommunities = 16;
inline constexpr std::uint8_t kAs4Path = 17;
inline constexpr std::uint8_t kAs4Aggregator = 18;
inline constexpr std::uint8_t kIpv6ExtendedCommunities = 25;
inline constexpr std::uint8_t kAigp = 26;
inline constexpr std::uint8_t kLargeCommunities = 32;
inline constexpr std::uint8_t kOnlyToCustomer = 35;
}  // namespace attribute_type

struct RawAttribute {
    std::uint8_t flags = 0;
    std::uint8_t type = 0;
    Bytes value;
    Bytes whole;  // flags to value: what a NOTIFICATION quotes

    constexpr bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

// Takes the first attribute off `left`. None where what is left holds no whole one (RFC 7606 4).
std::optional<RawAttribute> take_attribute(Bytes& left);

constexpr bool is_multiprotocol(std::uint8_t type) {
    return type == attribute_type::kMpReach || type == attribute_type::kMpUnreach;
}

}  // namespace dx::bgp
