// A prefix as the table keeps it: host-order words and a length. One template for both families.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "libfib/net/hash_index.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

template <std::size_t Words>
struct RouteKey {
    using Address = std::array<std::uint32_t, Words>;
    static constexpr net::Family kFamily = Words == 1 ? net::Family::Ipv4 : net::Family::Ipv6;
    static constexpr std::uint8_t kBits = 32 * Words;
    static constexpr std::size_t kMostNlri = 1 + 4 * Words;

    Address address{};
    std::uint8_t length = 0;

    static RouteKey of(const net::Prefix& prefix) {
        RouteKey key;
        const auto bytes = prefix.address().bytes();
        for (std::size_t i = 0; i < Words; ++i)
            key.address[i] = std::uint32_t{bytes[4 * i]} << 24 | bytes[4 * i + 1] << 16 |
                             bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
        key.length = prefix.length();
        return key;
    }

    // From the wire form, checked already; `at` moves on behind it. What stands there behind the
    // prefix's length does not count (RFC 4271 4.3).
    static RouteKey take(const std::uint8_t*& at) {
        RouteKey key;
        key.length = *at++;
        for (unsigned bits = 0; bits < key.length; bits += 8)
            key.address[bits / 32] |= std::uint32_t{*at++} << (24 - bits % 32);
        return key.cut(key.length);
    }

    // Writes it so, at most kMostNlri octets; returns where they end.
    std::uint8_t* write_to(std::uint8_t* at) const {
        *at++ = length;
        for (unsigned bits = 0; bits < length; bits += 8)
            *at++ = static_cast<std::uint8_t>(address[bits / 32] >> (24 - bits % 32));
        return at;
    }

    net::Prefix prefix() const {
        if constexpr (Words == 1) {
            return {net::IpAddress::v4(address[0]), length};
        } else {
            net::IpAddress::V6Bytes bytes;
            for (std::size_t i = 0; i < bytes.size(); ++i)
                bytes[i] = static_cast<std::uint8_t>(address[i / 4] >> (24 - i % 4 * 8));
            return {net::IpAddress::v6(bytes), length};
        }
    }

    // The first `length` bits of word `i`.
    static constexpr std::uint32_t mask(std::size_t i, std::uint8_t length) {
        const auto begin = static_cast<std::uint8_t>(32 * i);
        if (length <= begin) return 0;
        if (length >= begin + 32) return ~0U;
        return ~(~0U >> (length - begin));
    }

    constexpr bool contains(const RouteKey& other) const {
        if (other.length < length) return false;
        for (std::size_t i = 0; i < Words; ++i)
            if ((other.address[i] & mask(i, length)) != address[i]) return false;
        return true;
    }

    RouteKey cut(std::uint8_t to) const {
        RouteKey key{address, to};
        for (std::size_t i = 0; i < Words; ++i)
            key.address[i] &= mask(i, to);
        return key;
    }

    std::uint64_t hash(std::uint64_t seed) const {
        if constexpr (Words == 1)
            return net::mix_hash(std::uint64_t{address[0]} << 8 | length, seed);
        std::uint64_t hash = net::mix_hash(length, seed);
        for (std::size_t i = 0; i + 1 < Words; i += 2)
            hash = net::mix_hash(std::uint64_t{address[i]} << 32 | address[i + 1], hash);
        return hash;
    }

    friend constexpr auto operator<=>(const RouteKey&, const RouteKey&) = default;
};

using Ipv4Key = RouteKey<1>;
using Ipv6Key = RouteKey<4>;

}  // namespace dx::bgp
