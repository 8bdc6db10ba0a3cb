// The interfaces of the network namespace and their addresses, as the kernel tells.
//
// Fed with link and address messages, from dumps and from the monitor alike; says what changed.
// Knows no sockets.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfib/net/ip_address.hpp"

struct nlmsghdr;

namespace dx::netlink {

struct InterfaceAddress {
    net::IpAddress address;
    std::uint8_t prefix_length = 0;
    std::optional<net::IpAddress> peer;  // of a point-to-point address
    // IPv6: duplicate address detection is not through (or failed), so the kernel does not use it.
    bool tentative = false;

    friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

struct Interface {
    using Clock = std::chrono::steady_clock;

    std::uint32_t index = 0;
    std::string name;
    bool up = false;       // administratively: IFF_UP
    bool running = false;  // and operationally: IFF_RUNNING, it has a carrier
    bool loopback = false;
    std::uint32_t mtu = 0;
    std::uint32_t parent = 0;  // below a VLAN or macvlan; 0: none
    std::string mac;           // "02:00:5e:10:00:01"; empty: none
    std::string kind;          // the kernel's: "vlan", "veth", "bond"; "ethernet", "loopback"
    std::optional<std::uint16_t> vlan_id;
    // Of an XFRM interface: IPsec's associations for it have the same. None where they are those
    // of another network namespace.
    std::optional<std::uint32_t> if_id;
    std::vector<InterfaceAddress> addresses;  // in the order of their coming
    std::uint64_t link_ups = 0;               // by the kernel's count of carrier changes
    std::uint64_t link_downs = 0;
    std::optional<Clock::time_point> last_change;  // of up or running; none: not since we look

    friend bool operator==(const Interface&, const Interface&) = default;
};

class InterfaceTable {
public:
    // Takes an RTM_NEWLINK, DELLINK, NEWADDR or DELADDR. The index of the interface if anything
    // about it is different now, even that it is gone.
    std::optional<std::uint32_t> take(nlmsghdr& message, Interface::Clock::time_point now);

    // A dump that is complete, between begin_dump() and end_dump(), leaves only what it named.
    // end_dump() says which interfaces are different now for what was not in it.
    void begin_dump();
    std::vector<std::uint32_t> end_dump();

    const Interface* find(std::uint32_t index) const;
    const Interface* find(std::string_view name) const;

    const std::map<std::uint32_t, Interface>& interfaces() const { return interfaces_; }

    std::vector<Interface> snapshot() const;

private:
    std::optional<std::uint32_t> take_link(nlmsghdr& message, Interface::Clock::time_point now);
    std::optional<std::uint32_t> take_address(nlmsghdr& message);

    std::map<std::uint32_t, Interface> interfaces_;
    // What a dump under way has named.
    std::optional<std::map<std::uint32_t, std::vector<InterfaceAddress>>> dumped_;
};

}  // namespace dx::netlink
