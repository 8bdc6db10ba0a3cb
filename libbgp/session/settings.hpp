// What the speaker and its neighbors are told. Values; the daemon makes them from the
// configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libbgp/fsm/negotiation.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::bgp {

struct Endpoint {
    net::IpAddress address;
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

std::string to_string(const Endpoint& endpoint);  // "192.0.2.1:179", "[2001:db8::1]:179"

struct SpeakerSettings {
    // 0.0.0.0 and :: listen on everything of their family. Empty: no listener, dialling only.
    std::vector<net::IpAddress> listen_addresses{net::IpAddress::any(net::Family::Ipv4),
                                                 net::IpAddress::any(net::Family::Ipv6)};
    std::uint16_t port = kBgpPort;

    friend bool operator==(const SpeakerSettings&, const SpeakerSettings&) = default;
};

struct NeighborSettings {
    net::IpAddress address;
    std::uint16_t remote_port = kBgpPort;         // where to dial
    std::optional<net::IpAddress> local_address;  // dial from it, accept only on it
    std::string interface;  // dial and accept only over it; needed for an IPv6 link-local address
    std::string password;   // TCP MD5 (RFC 2385), at most 80 bytes; empty: none
    std::uint8_t multihop = 1;  // eBGP: how many hops away; 1 is directly connected. Not for iBGP
    bool ttl_security = false;  // RFC 5082, with `multihop` hops allowed
    bool shutdown = false;
    std::string shutdown_text;                          // RFC 9003, for the peer's operator
    std::chrono::milliseconds connect_timeout{15'000};  // of one attempt; connect-retry if less
    PeerSettings peer;

    friend bool operator==(const NeighborSettings&, const NeighborSettings&) = default;
};

}  // namespace dx::bgp
