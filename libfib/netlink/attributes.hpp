// Reads netlink messages: the fixed header behind nlmsghdr and the attributes behind that, checked
// for their length. One place for what every reader needs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <sys/socket.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "libfib/net/ip_address.hpp"

namespace dx::netlink {

// The attributes of one message or nest by type; what is longer than it should be, as newer kernels
// may make it, is fine, what is shorter counts as absent. `Max` is the kernel header's *_MAX.
template <int Max>
class Attributes {
public:
    // Of a message whose fixed header is `header_size` long; none if it is malformed.
    static std::optional<Attributes> of(nlmsghdr& message, std::size_t header_size) {
        Attributes parsed;
        if (nlmsg_parse(&message, static_cast<int>(header_size), parsed.attributes_.data(), Max,
                        nullptr) < 0)
            return std::nullopt;
        return parsed;
    }

    // Of the attribute `nest`, which may be null.
    static Attributes in(nlattr* nest) {
        Attributes parsed;
        if (nest == nullptr || nla_parse_nested(parsed.attributes_.data(), Max, nest, nullptr) < 0)
            parsed.attributes_.fill(nullptr);
        return parsed;
    }

    // Of attributes that follow one another from `first` for `bytes`.
    static Attributes list(nlattr* first, int bytes) {
        Attributes parsed;
        if (nla_parse(parsed.attributes_.data(), Max, first, bytes, nullptr) < 0)
            parsed.attributes_.fill(nullptr);
        return parsed;
    }

    nlattr* get(int type) const { return attributes_[static_cast<std::size_t>(type)]; }

    bool has(int type) const { return get(type) != nullptr; }

    std::optional<std::uint8_t> u8(int type) const { return number<std::uint8_t>(type); }

    std::optional<std::uint16_t> u16(int type) const { return number<std::uint16_t>(type); }

    std::optional<std::uint32_t> u32(int type) const { return number<std::uint32_t>(type); }

    std::string_view text(int type) const {
        const nlattr* attribute = get(type);
        if (attribute == nullptr) return {};
        const std::string_view bytes(static_cast<const char*>(nla_data(attribute)),
                                     static_cast<std::size_t>(nla_len(attribute)));
        return bytes.substr(0, bytes.find('\0'));
    }

    std::span<const std::uint8_t> bytes(int type) const {
        const nlattr* attribute = get(type);
        if (attribute == nullptr) return {};
        return {static_cast<const std::uint8_t*>(nla_data(attribute)),
                static_cast<std::size_t>(nla_len(attribute))};
    }

    std::optional<net::IpAddress> address(int type, net::Family family) const {
        const auto value = bytes(type);
        if (value.size() < net::address_bytes(family)) return std::nullopt;
        return net::IpAddress::from_bytes(family, value);
    }

private:
    Attributes() = default;

    template <class T>
    std::optional<T> number(int type) const {
        const nlattr* attribute = get(type);
        if (attribute == nullptr || nla_len(attribute) < static_cast<int>(sizeof(T)))
            return std::nullopt;
        T value;
        nla_memcpy(&value, attribute, sizeof value);
        return value;
    }

    std::array<nlattr*, Max + 1> attributes_{};
};

// The fixed header of a message, or null if the message is too short for one.
template <class Header>
const Header* header_of(const nlmsghdr& message) {
    if (nlmsg_datalen(&message) < static_cast<int>(sizeof(Header))) return nullptr;
    return static_cast<const Header*>(nlmsg_data(&message));
}

inline std::optional<net::Family> family_of(int address_family) {
    if (address_family == AF_INET) return net::Family::Ipv4;
    if (address_family == AF_INET6) return net::Family::Ipv6;
    return std::nullopt;
}

inline std::uint8_t address_family(net::Family family) {
    return family == net::Family::Ipv4 ? AF_INET : AF_INET6;
}

}  // namespace dx::netlink
