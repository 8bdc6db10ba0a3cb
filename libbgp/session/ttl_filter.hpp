// RFC 5082 on a socket that listens for several neighbors, only some of which have ttl-security:
// their packets with too small a TTL are dropped by a packet filter before TCP sees them. IP_MINTTL
// is only right for the accepted socket, and too late for what arrived before accept().
#pragma once

#include <span>

#include "libbgp/session/socket_options.hpp"

namespace dx::bgp {

struct TtlRule {
    net::IpAddress from;
    int min_ttl = 0;

    friend bool operator==(const TtlRule&, const TtlRule&) = default;
};

// Replaces the rules before; the addresses are of the socket's family. Accepted sockets inherit.
Refusal set_ttl_rules(int listener, std::span<const TtlRule> rules);

}  // namespace dx::bgp
