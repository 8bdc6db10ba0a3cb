// An IP prefix: an address whose bits behind the length are zero.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libfib/net/ip_address.hpp"

namespace dx::net {

class Prefix {
public:
    constexpr Prefix() = default;  // 0.0.0.0/0

    // Host bits are cleared; a length beyond the family's is cut to it.
    Prefix(const IpAddress& address, std::uint8_t length)
        : address_(address.masked(length)),
          length_(std::min(length, address_bits(address.family()))) {}

    // For an address that is known to have no host bits, and a length that fits its family.
    static constexpr Prefix of_network(const IpAddress& address, std::uint8_t length) {
        Prefix prefix;
        prefix.address_ = address;
        prefix.length_ = length;
        return prefix;
    }

    // "10.0.0.0/8", "2001:db8::/32". Text with host bits set is refused (see
    // `parse_with_host_bits`).
    static std::optional<Prefix> parse(std::string_view text);

    // The same, but clears host bits: to suggest what was probably meant.
    static std::optional<Prefix> parse_with_host_bits(std::string_view text);

    static Prefix host(const IpAddress& address) {
        return {address, address_bits(address.family())};
    }

    static Prefix default_route(Family family) { return {IpAddress::any(family), 0}; }

    constexpr const IpAddress& address() const { return address_; }

    constexpr std::uint8_t length() const { return length_; }

    constexpr Family family() const { return address_.family(); }

    constexpr bool is_default() const { return length_ == 0; }

    constexpr bool is_host() const { return length_ == address_bits(family()); }

    bool contains(const IpAddress& address) const;
    bool contains(const Prefix& other) const;  // true for itself too

    std::string to_string() const;

    // In address order, shorter first: 10.0.0.0/8, 10.0.0.0/16, 10.1.0.0/16; IPv4 before IPv6.
    friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;

private:
    IpAddress address_;
    std::uint8_t length_ = 0;
};

std::uint64_t hash_value(const Prefix& prefix);

}  // namespace dx::net

template <>
struct std::hash<dx::net::Prefix> {
    std::size_t operator()(const dx::net::Prefix& prefix) const noexcept {
        return dx::net::hash_value(prefix);
    }
};
