// The kernel's interfaces, addresses and neighbor entries (ARP, neighbor discovery), over netlink.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libfib/net/ip_address.hpp"
#include "libfib/netlink/interface_table.hpp"

namespace dx::doctor {

// Throws std::system_error where the kernel refuses.
netlink::InterfaceTable read_interfaces();

struct NeighborEntry {
    net::IpAddress address;
    std::uint32_t interface = 0;  // index
    std::uint16_t state = 0;      // NUD_*
    std::string mac;              // empty: none
};

std::vector<NeighborEntry> read_neighbor_entries();

}  // namespace dx::doctor
