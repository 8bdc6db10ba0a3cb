// What the kernel is told about a BGP socket: TTL and GTSM (RFC 5082), MD5 keys (RFC 2385), DSCP
// CS6, interface. Each call says in words what the kernel refused, and nothing where it did not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libbgp/session/settings.hpp"

namespace dx::bgp {

using Refusal = std::optional<std::string>;

struct HopLimits {
    int ttl = 255;
    int min_ttl = 0;  // packets that arrive with less are dropped; 0: no check
};

// RFC 5082 where asked for; else 1 (or the hops allowed) to an external neighbor, 255 to an
// internal one.
HopLimits hop_limits(const NeighborSettings& settings);

// The key for what comes from and goes to `address`; replaces the one before; empty removes it. The
// kernel keys a link-local address without its scope.
Refusal set_md5_key(int socket, const net::IpAddress& address, std::string_view key);

// A socket that will listen, on one interface or (empty) on all: SYN-ACKs leave with TTL 255, as
// neighbors with RFC 5082 ask; an address that does not exist yet may be bound.
Refusal prepare_listener(int socket, net::Family family, const std::string& interface);

// Lets the listeners of single interfaces have the port of this one, which listens on all. Not
// before listen(), which would then no longer notice another program on the port.
Refusal share_port(int socket);

// A socket to one neighbor, before connect() or right after accept(): everything, MD5 included.
Refusal prepare_connection(int socket, const NeighborSettings& settings);

}  // namespace dx::bgp
