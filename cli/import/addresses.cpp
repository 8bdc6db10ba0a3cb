#include "cli/import/addresses.hpp"

#include <bit>
#include <bitset>

#include <fmt/format.h>

#include "cli/import/numbers.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::importing {

bool is_address(std::string_view text) {
    return net::IpAddress::parse(text).has_value();
}

std::string canonical_address(std::string_view text) {
    const auto address = net::IpAddress::parse(text);
    return address ? address->to_string() : std::string(text);
}

bool is_ipv6(std::string_view text) {
    return text.find(':') != text.npos;
}

bool is_ipv6_link_local(std::string_view text) {
    const auto address = net::IpAddress::parse(text.substr(0, text.find('%')));
    return address && address->is_scoped();
}

std::optional<InterfaceAddress> parse_interface_address(std::string_view text) {
    const auto prefix = net::Prefix::parse_with_host_bits(text);
    if (!prefix) return std::nullopt;
    return InterfaceAddress{canonical_address(text.substr(0, text.find('/'))), prefix->length()};
}

std::optional<std::string> parse_prefix(std::string_view text) {
    const auto prefix = net::Prefix::parse_with_host_bits(text);
    return prefix ? std::optional(prefix->to_string()) : std::nullopt;
}

std::string prefix_bits(std::string_view text) {
    const auto prefix = net::Prefix::parse_with_host_bits(text);
    if (!prefix) return {};
    std::string bits;
    for (const auto byte : prefix->address().bytes())
        bits += std::bitset<8>(byte).to_string();
    return bits.substr(0, prefix->length());
}

std::optional<unsigned> mask_length(std::string_view mask) {
    const auto address = net::IpAddress::parse(mask);
    if (!address || !address->is_v4()) return std::nullopt;
    const auto bits = address->to_v4();
    const auto length = static_cast<unsigned>(std::countl_one(bits));
    if (length < 32 && (bits << length) != 0) return std::nullopt;
    return length;
}

std::optional<std::string> network_prefix(std::string_view address, std::string_view mask) {
    if (address.find('/') != address.npos) return parse_prefix(address);
    const auto first = to_number(address.substr(0, address.find('.')));
    const unsigned of_class = first >= 192 ? 24 : first >= 128 ? 16 : 8;
    const auto length = !mask.empty()          ? mask_length(mask)
                        : address == "0.0.0.0" ? std::optional(0U)
                                               : std::optional(of_class);
    if (!length) return std::nullopt;
    return parse_prefix(fmt::format("{}/{}", address, *length));
}

bool contains(std::string_view outer, std::string_view inner) {
    const auto a = net::Prefix::parse_with_host_bits(outer);
    const auto b = net::Prefix::parse_with_host_bits(inner);
    return a && b && a->contains(*b);
}

}  // namespace dx::importing
