// Tries the way to a neighbor: wakes ARP, pings, connects. Nothing here disturbs a session; whether
// a connection may be tried is the caller's to know.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/doctor/checks/facts.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::doctor {

struct Path {
    net::IpAddress from;
    net::IpAddress to;
    std::uint32_t interface = 0;  // the scope of a link-local address
};

// What this host would send from to `to`; none if there is no way.
std::optional<net::IpAddress> source_towards(const net::IpAddress& to);

// One UDP datagram to the discard port, so that the kernel resolves the address.
void send_datagram(const Path& path);

struct EchoOutcome {
    Echo echo = Echo::Silent;
    std::chrono::microseconds round_trip{0};
    std::string error;  // why it could not be sent
};

EchoOutcome ping(const Path& path);

struct ConnectOutcome {
    Connect connect = Connect::Silent;
    std::string error;
};

ConnectOutcome connect_to_bgp(const Path& path);

}  // namespace dx::doctor
