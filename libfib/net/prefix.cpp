#include "libfib/net/prefix.hpp"

#include <charconv>

namespace dx::net {

std::optional<Prefix> Prefix::parse_with_host_bits(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    const auto digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (length > address_bits(address->family())) return std::nullopt;
    return Prefix(*address, static_cast<std::uint8_t>(length));
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
    const auto prefix = parse_with_host_bits(text);
    if (!prefix) return std::nullopt;
    const auto written = IpAddress::parse(text.substr(0, text.find('/')));
    return written == prefix->address() ? prefix : std::nullopt;
}

bool Prefix::contains(const IpAddress& address) const {
    return address.family() == family() && address_.common_bits(address) >= length_;
}

bool Prefix::contains(const Prefix& other) const {
    return other.length_ >= length_ && contains(other.address_);
}

std::string Prefix::to_string() const {
    return address_.to_string() + "/" + std::to_string(length_);
}

std::uint64_t hash_value(const Prefix& prefix) {
    return hash_value(prefix.address()) * 131 + prefix.length();
}

}  // namespace dx::net
