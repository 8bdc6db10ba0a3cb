// Which interface leads to a neighbor, from which of our addresses, and what the kernel says of it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "cli/doctor/checks/facts.hpp"
#include "libfib/netlink/interface_table.hpp"

namespace dx::doctor {

class LinkFacts {
public:
    LinkFacts();  // reads the kernel's tables

    // Fills in `link`, and `local` where it is neither configured nor known.
    void complete(Neighbor& neighbor) const;

private:
    const netlink::Interface* interface_with(const net::IpAddress& address) const;
    const netlink::Interface* interface_towards(const Neighbor& neighbor) const;
    void choose(Neighbor& neighbor) const;
    void describe(const netlink::Interface& interface, Link& link) const;
    std::vector<Address> addresses_of(const netlink::Interface& interface) const;
    std::string other_home(const net::IpAddress& address, const netlink::Interface& than) const;

    netlink::InterfaceTable table_;
    std::set<net::IpAddress> duplicates_;
    std::optional<std::set<std::uint32_t>> associations_;
};

}  // namespace dx::doctor
