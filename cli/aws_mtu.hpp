// The MTUs that a virtual interface of AWS may have.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace dx::cli {

inline constexpr std::uint32_t kPlainMtu = 1500;
// AWS had 9001 where its API's pages now say 8500.
inline constexpr std::array<std::uint32_t, 3> kPrivateMtus{kPlainMtu, 8500, 9001};
inline constexpr std::array<std::uint32_t, 2> kTransitMtus{kPlainMtu, 8500};
inline constexpr std::array<std::uint32_t, 1> kPublicMtus{kPlainMtu};

// By profile; none of what is no virtual interface.
constexpr std::span<const std::uint32_t> aws_mtus(std::string_view profile) {
    if (profile == "aws-private") return kPrivateMtus;
    if (profile == "aws-transit") return kTransitMtus;
    if (profile == "aws-public") return kPublicMtus;
    return {};
}

}  // namespace dx::cli
