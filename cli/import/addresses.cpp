#include "cli/import/addresses.hpp"

#include <bit>
#include <bitset>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> parse_address(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    return address;
}

// "0" too, which to_number cannot tell from nonsense.
std::optional<unsigned> parse_length(std::string_view text, unsigned longest) {
    if (text == "0") return 0;
    const auto length = to_number(text);
    if (length == 0 || length > longest) return std::nullopt;
    return length;
}

}  // namespace

bool is_address(std::string_view text) {
    return parse_address(text).has_value();
}

std::string canonical_address(std::string_view text) {
    const auto address = parse_address(text);
    return address ? address->to_string() : std::string(text);
}

bool is_ipv6(std::string_view text) {
    return text.find(':') != text.npos;
}

std::optional<InterfaceAddress> parse_interface_address(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == text.npos) return std::nullopt;
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const auto length = parse_length(text.substr(slash + 1), address->is_v4() ? 32 : 128);
    if (!length) return std::nullopt;
    return InterfaceAddress{address->to_string(), *length};
}

std::optional<std::string> parse_prefix(std::string_view text) {
    const auto parsed = parse_interface_address(text);
    if (!parsed) return std::nullopt;
    const auto address = *parse_address(parsed->address);
    const auto length = static_cast<unsigned short>(parsed->length);
    if (address.is_v4()) return ip::network_v4(address.to_v4(), length).canonical().to_string();
    return ip::network_v6(address.to_v6(), length).canonical().to_string();
}

std::string prefix_bits(std::string_view prefix) {
    const auto parsed = parse_interface_address(prefix);
    if (!parsed) return {};
    const auto address = *parse_address(parsed->address);
    std::string bits;
    const auto add = [&](const auto& bytes) {
        for (const auto byte : bytes)
            bits += std::bitset<8>(byte).to_string();
    };
    if (address.is_v4())
        add(address.to_v4().to_bytes());
    else
        add(address.to_v6().to_bytes());
    return bits.substr(0, parsed->length);
}

std::optional<unsigned> mask_length(std::string_view mask) {
    const auto address = parse_address(mask);
    if (!address || !address->is_v4()) return std::nullopt;
    const auto bits = address->to_v4().to_uint();
    const auto length = static_cast<unsigned>(std::countl_one(bits));
    if (length < 32 && (bits << length) != 0) return std::nullopt;
    return length;
}

bool contains(std::string_view outer, std::string_view inner) {
    const auto a = parse_interface_address(outer), b = parse_interface_address(inner);
    if (!a || !b || a->length > b->length || is_ipv6(outer) != is_ipv6(inner)) return false;
    return parse_prefix(outer) == parse_prefix(b->address + '/' + std::to_string(a->length));
}

}  // namespace dx::importing
