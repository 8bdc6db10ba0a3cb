#include "libfib/netlink/interface_table.hpp"

#include <algorithm>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <utility>

#include "libfib/netlink/attributes.hpp"

namespace dx::netlink {

namespace {

using LinkAttributes = Attributes<IFLA_MAX>;

std::string mac_text(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (!text.empty()) text += ':';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

void take_kind(Interface& interface, const LinkAttributes& attributes, unsigned hardware_type) {
    const auto info = Attributes<IFLA_INFO_MAX>::in(attributes.get(IFLA_LINKINFO));
    interface.kind = info.text(IFLA_INFO_KIND);
    if (interface.kind == "vlan")
        interface.vlan_id =
            Attributes<IFLA_VLAN_MAX>::in(info.get(IFLA_INFO_DATA)).u16(IFLA_VLAN_ID);
    if (interface.kind == "xfrm" && !attributes.has(IFLA_LINK_NETNSID))
        interface.if_id =
            Attributes<IFLA_XFRM_MAX>::in(info.get(IFLA_INFO_DATA)).u32(IFLA_XFRM_IF_ID);
    if (!interface.kind.empty()) return;
    if (hardware_type == ARPHRD_LOOPBACK) interface.kind = "loopback";
    if (hardware_type == ARPHRD_ETHER) interface.kind = "ethernet";
}

Interface link_of(const ifinfomsg& header, const LinkAttributes& attributes) {
    Interface interface;
    interface.index = static_cast<std::uint32_t>(header.ifi_index);
    interface.name = attributes.text(IFLA_IFNAME);
    interface.up = (header.ifi_flags & IFF_UP) != 0;
    interface.running = (header.ifi_flags & IFF_RUNNING) != 0;
    interface.loopback = (header.ifi_flags & IFF_LOOPBACK) != 0;
    // A veth names its peer here, perhaps in another namespace: not what a VLAN means by it.
    take_kind(interface, attributes, header.ifi_type);
    if (interface.kind != "veth") interface.parent = attributes.u32(IFLA_LINK).value_or(0);
    if (!interface.loopback) interface.mac = mac_text(attributes.bytes(IFLA_ADDRESS));
    interface.link_ups = attributes.u32(IFLA_CARRIER_UP_COUNT).value_or(0);
    interface.link_downs = attributes.u32(IFLA_CARRIER_DOWN_COUNT).value_or(0);
    return interface;
}

std::optional<InterfaceAddress> address_of(const ifaddrmsg& header,
                                           const Attributes<IFA_MAX>& attributes) {
    const auto family = family_of(header.ifa_family);
    if (!family) return std::nullopt;
    // IFA_ADDRESS is the other end of a point-to-point address, whose own one is IFA_LOCAL.
    const auto address = attributes.address(IFA_ADDRESS, *family);
    const auto local = attributes.address(IFA_LOCAL, *family);
    if (!address && !local) return std::nullopt;
    InterfaceAddress result{local.value_or(*address), header.ifa_prefixlen, std::nullopt, false};
    if (local && address && *local != *address) result.peer = address;
    const auto flags = attributes.u32(IFA_FLAGS).value_or(header.ifa_flags);
    result.tentative =
        (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;
    return result;
}

bool same_address(const InterfaceAddress& a, const InterfaceAddress& b) {
    return a.address == b.address && a.prefix_length == b.prefix_length && a.peer == b.peer;
}

auto find_address(std::vector<InterfaceAddress>& addresses, const InterfaceAddress& address) {
    return std::find_if(addresses.begin(), addresses.end(), [&](const InterfaceAddress& other) {
        return same_address(address, other);
    });
}

void put_address(std::vector<InterfaceAddress>& addresses, const InterfaceAddress& address) {
    const auto at = find_address(addresses, address);
    if (at == addresses.end())
        addresses.push_back(address);
    else
        *at = address;
}

void drop_address(std::vector<InterfaceAddress>& addresses, const InterfaceAddress& address) {
    const auto at = find_address(addresses, address);
    if (at != addresses.end()) addresses.erase(at);
}

}  // namespace

std::optional<std::uint32_t> InterfaceTable::take(nlmsghdr& message,
                                                  Interface::Clock::time_point now) {
    switch (message.nlmsg_type) {
        case RTM_NEWLINK:
        case RTM_DELLINK: return take_link(message, now);
        case RTM_NEWADDR:
        case RTM_DELADDR: return take_address(message);
        default: return std::nullopt;
    }
}

std::optional<std::uint32_t> InterfaceTable::take_link(nlmsghdr& message,
                                                       Interface::Clock::time_point now) {
    const auto* header = header_of<ifinfomsg>(message);
    // AF_BRIDGE messages tell of bridge ports, not of interfaces: their DELLINK is no farewell.
    if (header == nullptr || header->ifi_family != AF_UNSPEC) return std::nullopt;
    const auto index = static_cast<std::uint32_t>(header->ifi_index);
    if (message.nlmsg_type == RTM_DELLINK) {
        if (dumped_) dumped_->erase(index);
        return interfaces_.erase(index) > 0 ? std::optional(index) : std::nullopt;
    }
    const auto attributes = LinkAttributes::of(message, sizeof *header);
    if (!attributes || !attributes->has(IFLA_IFNAME)) return std::nullopt;
    Interface link = link_of(*header, *attributes);
    if (dumped_) dumped_->try_emplace(index);
    const auto [at, is_new] = interfaces_.try_emplace(index);
    Interface& known = at->second;
    link.addresses = known.addresses;
    link.mtu = attributes->u32(IFLA_MTU).value_or(known.mtu);
    link.last_change = known.last_change;
    if (!is_new && (known.up != link.up || known.running != link.running)) link.last_change = now;
    if (known == link) return std::nullopt;
    known = std::move(link);
    return index;
}

std::optional<std::uint32_t> InterfaceTable::take_address(nlmsghdr& message) {
    const auto* header = header_of<ifaddrmsg>(message);
    if (header == nullptr) return std::nullopt;
    const auto attributes = Attributes<IFA_MAX>::of(message, sizeof *header);
    if (!attributes) return std::nullopt;
    const auto address = address_of(*header, *attributes);
    const auto at = interfaces_.find(header->ifa_index);
    if (!address || at == interfaces_.end()) return std::nullopt;
    std::vector<InterfaceAddress>& addresses = at->second.addresses;
    const auto before = addresses;
    const bool here = message.nlmsg_type == RTM_NEWADDR;
    (here ? put_address : drop_address)(addresses, *address);
    if (dumped_) (here ? put_address : drop_address)((*dumped_)[header->ifa_index], *address);
    return addresses != before ? std::optional(header->ifa_index) : std::nullopt;
}

void InterfaceTable::begin_dump() {
    dumped_.emplace();
}

std::vector<std::uint32_t> InterfaceTable::end_dump() {
    std::vector<std::uint32_t> changed;
    for (auto at = interfaces_.begin(); at != interfaces_.end();) {
        const auto named = dumped_->find(at->first);
        if (named == dumped_->end()) {
            changed.push_back(at->first);
            at = interfaces_.erase(at);
            continue;
        }
        const auto gone = std::erase_if(at->second.addresses, [&](const InterfaceAddress& address) {
            return find_address(named->second, address) == named->second.end();
        });
        if (gone > 0) changed.push_back(at->first);
        ++at;
    }
    dumped_.reset();
    return changed;
}

const Interface* InterfaceTable::find(std::uint32_t index) const {
    const auto at = interfaces_.find(index);
    return at != interfaces_.end() ? &at->second : nullptr;
}

const Interface* InterfaceTable::find(std::string_view name) const {
    for (const auto& [index, interface] : interfaces_)
        if (interface.name == name) return &interface;
    return nullptr;
}

std::vector<Interface> InterfaceTable::snapshot() const {
    std::vector<Interface> all;
    for (const auto& [index, interface] : interfaces_)
        all.push_back(interface);
    return all;
}

}  // namespace dx::netlink
