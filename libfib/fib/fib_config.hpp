// How the forwarding table is to be kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "libfib/net/ip_address.hpp"

namespace dx::fib {

struct FibConfig {
    bool enabled = true;  // off: the table is kept, but no route of ours is in the kernel
    std::uint32_t metric = 20;
    std::uint8_t bgp_protocol = 186;
    std::uint8_t static_protocol = 88;
    bool nexthop_objects = true;              // false: plain routes only
    std::uint32_t plain_route_limit = 10000;  // above it single paths use objects too
    std::optional<net::IpAddress> source_v4;  // preferred sources, used while they exist
    std::optional<net::IpAddress> source_v6;
    bool keep_on_stop = false;
    std::chrono::seconds stale_time{60};
    std::vector<std::uint32_t> former_metrics;  // earlier runs' routes had; of the start alone

    friend bool operator==(const FibConfig&, const FibConfig&) = default;
};

}  // namespace dx::fib
