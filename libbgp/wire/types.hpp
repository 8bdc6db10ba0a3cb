// The small words of BGP that every part of libbgp uses. RFC 4271, 4760, 6793.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libfib/net/ip_address.hpp"

namespace dx::bgp {

using Bytes = std::span<const std::uint8_t>;

using AsNumber = std::uint32_t;
inline constexpr AsNumber kAsTrans = 23456;  // RFC 6793

// The BGP Identifier: four octets, by habit written as an IPv4 address. Host order.
struct RouterId {
    std::uint32_t value = 0;

    friend constexpr auto operator<=>(const RouterId&, const RouterId&) = default;
};

std::string to_string(RouterId id);

inline constexpr std::size_t kHeaderSize = 19;
inline constexpr std::size_t kMaxMessageSize = 4096;
inline constexpr std::size_t kMaxExtendedMessageSize = 65535;  // RFC 8654
inline constexpr std::uint16_t kBgpPort = 179;

enum class MessageType : std::uint8_t {
    Open = 1,
    Update = 2,
    Notification = 3,
    Keepalive = 4,
    RouteRefresh = 5,  // RFC 2918
};

// An address family as it stands on the wire; only unicast of IPv4 and IPv6 means something to us.
struct AfiSafi {
    std::uint16_t afi = 0;
    std::uint8_t safi = 0;

    static constexpr AfiSafi unicast(net::Family family) {
        return {static_cast<std::uint16_t>(family == net::Family::Ipv4 ? 1 : 2), 1};
    }

    constexpr std::optional<net::Family> family() const {
        if (safi != 1 || afi < 1 || afi > 2) return std::nullopt;
        return afi == 1 ? net::Family::Ipv4 : net::Family::Ipv6;
    }

    friend constexpr auto operator<=>(const AfiSafi&, const AfiSafi&) = default;
};

// A set of address families.
class Families {
public:
    constexpr Families() = default;

    constexpr Families(std::initializer_list<net::Family> list) {
        for (const auto family : list)
            insert(family);
    }

    constexpr void insert(net::Family family) { bits_ |= bit(family); }

    constexpr void erase(net::Family family) { bits_ &= static_cast<std::uint8_t>(~bit(family)); }

    constexpr bool contains(net::Family family) const { return (bits_ & bit(family)) != 0; }

    constexpr bool empty() const { return bits_ == 0; }

    friend constexpr Families operator&(Families a, Families b) {
        Families both;
        both.bits_ = a.bits_ & b.bits_;
        return both;
    }

    friend constexpr bool operator==(Families, Families) = default;

private:
    static constexpr std::uint8_t bit(net::Family family) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(family));
    }

    std::uint8_t bits_ = 0;
};

inline constexpr net::Family kFamilies[] = {net::Family::Ipv4, net::Family::Ipv6};

// RFC 9234: the role that *we* play in the relationship.
enum class Role : std::uint8_t {
    Provider = 0,
    RouteServer = 1,
    RouteServerClient = 2,
    Customer = 3,
    Peer = 4,
};

}  // namespace dx::bgp
