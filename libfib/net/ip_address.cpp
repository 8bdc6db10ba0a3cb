#include "libfib/net/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <bit>
#include <cstring>

namespace dx::net {

namespace {

std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93U;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93U;
    return value ^ (value >> 32);
}

}  // namespace

std::string_view to_string(Family family) {
    return family == Family::Ipv4 ? "ipv4" : "ipv6";
}

IpAddress IpAddress::from_bytes(Family family, std::span<const std::uint8_t> bytes) {
    IpAddress address = any(family);
    std::copy_n(bytes.begin(), address_bytes(family), address.bytes_.begin());
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size()) return std::nullopt;
    std::copy(text.begin(), text.end(), terminated.begin());
    const Family family = text.find(':') == std::string_view::npos ? Family::Ipv4 : Family::Ipv6;
    IpAddress address = any(family);
    const int af = family == Family::Ipv4 ? AF_INET : AF_INET6;
    if (inet_pton(af, terminated.data(), address.bytes_.data()) != 1) return std::nullopt;
    return address;
}

bool IpAddress::is_unspecified() const {
    return *this == any(family_);
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes_[0] == 127;
    return std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto byte) { return byte == 0; }) &&
           bytes_.back() == 1;
}

bool IpAddress::is_multicast() const {
    return is_v4() ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

bool IpAddress::is_link_local() const {
    if (is_v4()) return bytes_[0] == 169 && bytes_[1] == 254;
    return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

int IpAddress::common_bits(const IpAddress& other) const {
    const int limit = address_bits(family_);
    for (std::size_t i = 0; i < address_bytes(family_); ++i) {
        const auto difference = static_cast<std::uint8_t>(bytes_[i] ^ other.bytes_[i]);
        if (difference != 0) return static_cast<int>(8 * i) + std::countl_zero(difference);
    }
    return limit;
}

IpAddress IpAddress::masked_v6(std::uint8_t length) const {
    IpAddress result = *this;
    for (std::size_t i = 0; i < address_bytes(family_); ++i) {
        const int kept = std::clamp(static_cast<int>(length) - static_cast<int>(8 * i), 0, 8);
        result.bytes_[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
    }
    return result;
}

std::string IpAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

std::uint64_t hash_value(const IpAddress& address) {
    if (address.is_v4()) return mix(address.to_v4() + 1ULL);
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, address.bytes().data(), sizeof high);
    std::memcpy(&low, address.bytes().data() + sizeof high, sizeof low);
    return mix(high ^ mix(low));
}

}  // namespace dx::net
