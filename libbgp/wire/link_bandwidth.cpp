#include "libbgp/wire/link_bandwidth.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace dx::bgp {

namespace {

constexpr double kBytesPerMbit = 125'000;
constexpr double kMost = 1e9;  // Mbit/s
constexpr int kMostDecimals = 6;

struct Named {
    std::uint16_t type;
    std::string_view name;
};

constexpr std::array kNames{Named{0x4004, "link-bandwidth"},
                            Named{0x0004, "transitive-link-bandwidth"}};

std::uint16_t type_of(ExtendedCommunity community) {
    return static_cast<std::uint16_t>(community.value >> 48);
}

float bytes_of(ExtendedCommunity community) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(community.value));
}

// All of the text, without a sign, an exponent or a word.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto* const end = text.data() + text.size();
    const auto digits = text.find_first_not_of("0123456789.") == std::string_view::npos;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (!digits || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::optional<float> bytes_in(std::string_view mbit) {
    const auto value = number_in<double>(mbit);
    if (!value || *value >= kMost) return std::nullopt;
    return static_cast<float>(*value * kBytesPerMbit);
}

// With as few decimals as say which float it is.
std::optional<std::string> mbit_text(float bytes) {
    const double mbit = bytes / kBytesPerMbit;
    if (!std::isfinite(bytes) || std::signbit(bytes) || mbit >= kMost) return std::nullopt;
    for (int decimals = 0; decimals <= kMostDecimals; ++decimals) {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), mbit,
                                       std::chars_format::fixed, decimals);
        std::string text(digits.data(), end.ptr);
        if (bytes_in(text) == bytes) return text;
    }
    return std::nullopt;
}

}  // namespace

std::optional<float> link_bandwidth(ExtendedCommunity community) {
    if (std::ranges::find(kNames, type_of(community), &Named::type) == kNames.end())
        return std::nullopt;
    return bytes_of(community);
}

std::optional<std::string> link_bandwidth_text(ExtendedCommunity community) {
    const auto* const named = std::ranges::find(kNames, type_of(community), &Named::type);
    if (named == kNames.end()) return std::nullopt;
    const auto mbit = mbit_text(bytes_of(community));
    if (!mbit) return std::nullopt;
    const auto as = (community.value >> 32) & 0xffff;
    return std::string(named->name) + ":" + std::to_string(as) + ":" + *mbit;
}

std::optional<ExtendedCommunity> parse_link_bandwidth(std::string_view text) {
    const auto* const named = std::ranges::find_if(kNames, [&](const Named& each) {
        return text.starts_with(each.name) && text.substr(each.name.size()).starts_with(':');
    });
    if (named == kNames.end()) return std::nullopt;
    text.remove_prefix(named->name.size() + 1);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto as = number_in<std::uint16_t>(text.substr(0, colon));
    const auto bytes = bytes_in(text.substr(colon + 1));
    if (!as || !bytes) return std::nullopt;
    return ExtendedCommunity{std::uint64_t{named->type} << 48 | std::uint64_t{*as} << 32 |
                             std::bit_cast<std::uint32_t>(*bytes)};
}

}  // namespace dx::bgp
