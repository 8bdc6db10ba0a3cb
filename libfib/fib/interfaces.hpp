// The machine's interfaces and addresses as the kernel tells them: which links can carry traffic,
// which networks are on them, which addresses are ours.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfib/fib/route.hpp"

namespace dx::fib {

class Interfaces {
public:
    // What a LinkChange meant for the traffic.
    enum class Effect : std::uint8_t { None, Lost, Gained };

    Effect apply(const LinkChange& change);

    // True if it changed anything.
    bool apply(const AddressChange& change);

    bool usable(InterfaceIndex index) const;

    // The kernel has IPv6 only where the MTU is 1280 at least (RFC 8200 5). Yes where the interface
    // or its MTU is not known.
    bool carries_ipv6(InterfaceIndex index) const;
    bool has_ipv6_address(InterfaceIndex index) const;

    // Whether it is ours, on whatever interface; an IPv6 link-local one on `on`, if that is given.
    bool has_address(const net::IpAddress& address, InterfaceIndex on = kNoInterface) const;

    // Whether it is the first or the last address of an IPv4 network, /30 or shorter, of a usable
    // interface: no host has it.
    bool is_no_host(const net::IpAddress& address) const;

    // The usable interface whose network covers the address, the longest network first; with `on`
    // only that interface's count.
    std::optional<InterfaceIndex> on_link(const net::IpAddress& address,
                                          InterfaceIndex on = kNoInterface) const;

    // The networks of the usable links with their interfaces; loopback's own are not told.
    std::map<net::Prefix, std::vector<InterfaceIndex>> connected() const;

    std::optional<InterfaceIndex> find(std::string_view name) const;
    std::string name(InterfaceIndex index) const;

private:
    struct Address {
        net::IpAddress address;
        net::Prefix network;
    };

    struct Interface {
        LinkChange link;  // index 0: addresses were told before the link
        std::vector<Address> addresses;
    };

    std::map<InterfaceIndex, Interface> interfaces_;
};

}  // namespace dx::fib
