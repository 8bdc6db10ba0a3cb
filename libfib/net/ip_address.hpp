// An IPv4 or IPv6 address as a value, in network byte order.
// Knows nothing of sockets, interfaces or prefixes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dx::net {

enum class Family : std::uint8_t { Ipv4, Ipv6 };

constexpr std::uint8_t address_bits(Family family) {
    return family == Family::Ipv4 ? 32 : 128;
}

constexpr std::size_t address_bytes(Family family) {
    return family == Family::Ipv4 ? 4 : 16;
}

std::string_view to_string(Family family);  // "ipv4", "ipv6"

class IpAddress {
public:
    using V6Bytes = std::array<std::uint8_t, 16>;

    constexpr IpAddress() = default;  // 0.0.0.0

    static constexpr IpAddress v4(std::uint32_t host_order) {
        IpAddress address;
        for (int i = 0; i < 4; ++i)
            address.bytes_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
        return address;
    }

    static constexpr IpAddress v6(const V6Bytes& bytes) {
        IpAddress address;
        address.family_ = Family::Ipv6;
        address.bytes_ = bytes;
        return address;
    }

    static constexpr IpAddress any(Family family) {
        return family == Family::Ipv4 ? v4(0) : v6(V6Bytes{});
    }

    // `bytes` holds at least address_bytes(family); the rest is ignored.
    static IpAddress from_bytes(Family family, std::span<const std::uint8_t> bytes);

    // Dotted quad or RFC 4291 text, nothing around it, no scope.
    static std::optional<IpAddress> parse(std::string_view text);

    constexpr Family family() const { return family_; }

    constexpr bool is_v4() const { return family_ == Family::Ipv4; }

    constexpr bool is_v6() const { return family_ == Family::Ipv6; }

    // Host order; only for IPv4.
    constexpr std::uint32_t to_v4() const {
        return (std::uint32_t{bytes_[0]} << 24) | (std::uint32_t{bytes_[1]} << 16) |
               (std::uint32_t{bytes_[2]} << 8) | bytes_[3];
    }

    // 4 or 16 bytes, network order.
    constexpr std::span<const std::uint8_t> bytes() const {
        return {bytes_.data(), address_bytes(family_)};
    }

    bool is_unspecified() const;
    bool is_loopback() const;    // 127.0.0.0/8, ::1
    bool is_multicast() const;   // 224.0.0.0/4, ff00::/8
    bool is_link_local() const;  // 169.254.0.0/16, fe80::/10

    // fe80::/10: names a host only together with a link (RFC 4007).
    bool is_scoped() const { return is_v6() && is_link_local(); }

    // The leading bits that both have in common; the families are the same.
    int common_bits(const IpAddress& other) const;

    // With all bits behind the first `length` cleared.
    IpAddress masked(std::uint8_t length) const {
        if (is_v6()) return masked_v6(length);
        if (length >= 32) return *this;
        return v4(to_v4() & ~(0xffffffffU >> length));
    }

    std::string to_string() const;  // IPv6 as RFC 5952

    friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;

    friend constexpr std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b) {
        if (const auto order = a.family_ <=> b.family_; order != 0) return order;
        return a.bytes_ <=> b.bytes_;
    }

private:
    IpAddress masked_v6(std::uint8_t length) const;

    Family family_ = Family::Ipv4;
    V6Bytes bytes_{};  // IPv4 in the first four, the rest zero
};

std::uint64_t hash_value(const IpAddress& address);

}  // namespace dx::net

template <>
struct std::hash<dx::net::IpAddress> {
    std::size_t operator()(const dx::net::IpAddress& address) const noexcept {
        return dx::net::hash_value(address);
    }
};
