// Bytes as hexadecimal text with spaces, and UPDATE bodies put together from their fields.
#pragma once

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libbgp/wire/message.hpp"

namespace dx::bgp::test {

inline Buffer hex(std::string_view text) {
    Buffer bytes;
    std::string digits;
    for (const char c : text)
        if (!std::isspace(static_cast<unsigned char>(c))) digits += c;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
    return bytes;
}

inline Buffer operator+(Buffer a, const Buffer& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline Buffer with_length(const Buffer& bytes) {
    return Buffer{static_cast<std::uint8_t>(bytes.size() >> 8),
                  static_cast<std::uint8_t>(bytes.size())} +
           bytes;
}

inline Buffer update_body(const Buffer& withdrawn, const Buffer& attributes, const Buffer& nlri) {
    return with_length(withdrawn) + with_length(attributes) + nlri;
}

// The least that a route from an eBGP neighbor has: ORIGIN IGP, AS_PATH 64512, NEXT_HOP 192.0.2.1.
inline Buffer origin() {
    return hex("40 01 01 00");
}

inline Buffer as_path() {
    return hex("40 02 06 02 01 0000fc00");
}

inline Buffer next_hop() {
    return hex("40 03 04 c0000201");
}

inline Buffer base_attributes() {
    return origin() + as_path() + next_hop();
}

// 10.0.0.0/8.
inline Buffer ten_slash_eight() {
    return hex("08 0a");
}

// A route to 10.0.0.0/8 with more attributes.
inline Buffer route_with(std::string_view more) {
    return update_body({}, base_attributes() + hex(more), ten_slash_eight());
}

inline std::vector<net::Prefix> prefixes(const NlriView& view) {
    return {view.begin(), view.end()};
}

inline std::vector<net::Prefix> prefix_list(std::initializer_list<std::string_view> texts) {
    std::vector<net::Prefix> list;
    for (const auto text : texts)
        list.push_back(net::Prefix::parse(text).value());
    return list;
}

// The messages in `stream`, each one's body.
inline std::vector<Buffer> bodies(const Buffer& stream) {
    std::vector<Buffer> list;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t length = (std::size_t{stream[at + 16]} << 8) | stream[at + 17];
        list.emplace_back(stream.begin() + static_cast<std::ptrdiff_t>(at + kHeaderSize),
                          stream.begin() + static_cast<std::ptrdiff_t>(at + length));
        at += length;
    }
    return list;
}

inline WireContext both_families() {
    WireContext context;
    context.families = {net::Family::Ipv4, net::Family::Ipv6};
    return context;
}

}  // namespace dx::bgp::test
