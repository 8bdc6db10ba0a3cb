// Which AS numbers are whose.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace dx::net {

// RFC 6996.
constexpr bool is_private_as(std::uint32_t as) {
    return (as >= 64512 && as <= 65534) || (as >= 4200000000 && as <= 4294967294);
}

inline constexpr std::uint32_t kAmazonPublicAs = 7224;

// What Amazon gave virtual private gateways before June 2018, by region.
constexpr bool is_legacy_amazon_as(std::uint32_t as) {
    constexpr std::array<std::uint32_t, 4> kLegacy{kAmazonPublicAs, 9059, 10124, 17493};
    return std::ranges::find(kLegacy, as) != kLegacy.end();
}

}  // namespace dx::net
