// The routing thread's copy of the kernel's interfaces and addresses, and the questions it has
// about them: is a neighbor's link there, which addresses are ours, which router id to take.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/ip_address.hpp"
#include "libfib/netlink/interface_table.hpp"

namespace dx::daemon {

// Where a neighbor of one hop, or a gateway, is attached, or what is missing.
struct Attachment {
    std::uint32_t interface = 0;  // 0: not there
    std::string missing;          // "interface eth0.100 does not exist"; empty: nothing
};

class Interfaces {
public:
    void set(netlink::Interface interface);
    void remove(std::uint32_t index);

    const std::map<std::uint32_t, netlink::Interface>& all() const { return interfaces_; }

    const netlink::Interface* find(std::uint32_t index) const;
    const netlink::Interface* find(std::string_view name) const;

    // The interface that has `address`; null: it is not ours.
    const netlink::Interface* with_address(const net::IpAddress& address) const;

    // A link-local address is to be on that interface, any other one may be on any.
    bool is_ours(const net::IpAddress& address, std::uint32_t interface) const;

    // The interface on one of whose subnets `address` is; null: not directly connected.
    const netlink::Interface* connected_to(const net::IpAddress& address) const;

    // A global address of `family` on the interface, then a link-local one.
    std::optional<net::IpAddress> address_on(std::uint32_t index, net::Family family) const;
    std::optional<net::IpAddress> link_local_on(std::uint32_t index) const;

    Attachment attachment_of(const config::Neighbor& neighbor) const;

    // On a subnet of the named interface; without a name, of any.
    Attachment attachment_of(const net::IpAddress& gateway, const std::string& name) const;

    // The highest loopback address other than 127/8, else the highest address; none yet: none.
    std::optional<bgp::RouterId> choose_router_id() const;

    std::string name_of(std::uint32_t index) const;

    std::string missing(const std::string& name) const;  // as in Attachment

private:
    std::map<std::uint32_t, netlink::Interface> interfaces_;
};

}  // namespace dx::daemon
