#include "libfib/netlink/observation_codec.hpp"

#include <cstring>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include "libfib/netlink/attributes.hpp"

namespace dx::netlink {

namespace {

using RouteAttributes = Attributes<RTA_MAX>;

std::optional<fib::ForwardingKind> kind_of(std::uint8_t route_type) {
    switch (route_type) {
        case RTN_UNICAST: return fib::ForwardingKind::Unicast;
        case RTN_BLACKHOLE: return fib::ForwardingKind::Blackhole;
        case RTN_UNREACHABLE: return fib::ForwardingKind::Unreachable;
        case RTN_PROHIBIT: return fib::ForwardingKind::Prohibit;
        default: return std::nullopt;
    }
}

std::optional<net::IpAddress> gateway_of(const RouteAttributes& attributes, net::Family family) {
    if (attributes.has(RTA_GATEWAY)) return attributes.address(RTA_GATEWAY, family);
    const auto via = attributes.bytes(RTA_VIA);  // struct rtvia
    std::uint16_t via_family;
    if (via.size() < sizeof via_family) return std::nullopt;
    std::memcpy(&via_family, via.data(), sizeof via_family);
    const auto other = family_of(via_family);
    const auto bytes = via.subspan(sizeof via_family);
    if (!other || bytes.size() < net::address_bytes(*other)) return std::nullopt;
    return net::IpAddress::from_bytes(*other, bytes);
}

std::vector<fib::PlainHop> multipath_of(nlattr* attribute, net::Family family) {
    std::vector<fib::PlainHop> hops;
    auto* at = static_cast<std::uint8_t*>(nla_data(attribute));
    auto remaining = static_cast<std::size_t>(nla_len(attribute));
    while (remaining >= sizeof(rtnexthop)) {
        rtnexthop header;
        std::memcpy(&header, at, sizeof header);
        if (header.rtnh_len < sizeof header || header.rtnh_len > remaining) break;
        const auto attributes =
            RouteAttributes::list(reinterpret_cast<nlattr*>(at + sizeof header),
                                  static_cast<int>(header.rtnh_len - sizeof header));
        hops.push_back({{gateway_of(attributes, family),
                         static_cast<fib::InterfaceIndex>(header.rtnh_ifindex)},
                        static_cast<std::uint16_t>(header.rtnh_hops + 1)});
        const std::size_t step = (header.rtnh_len + std::size_t{3}) & ~std::size_t{3};
        at += std::min(step, remaining);
        remaining -= std::min(step, remaining);
    }
    return hops;
}

std::vector<fib::PlainHop> hops_of(const RouteAttributes& attributes, net::Family family) {
    if (attributes.has(RTA_MULTIPATH)) return multipath_of(attributes.get(RTA_MULTIPATH), family);
    const fib::OnLink target{gateway_of(attributes, family),
                             attributes.u32(RTA_OIF).value_or(fib::kNoInterface)};
    if (!target.gateway && target.interface == fib::kNoInterface) return {};
    return {{target, 1}};
}

std::vector<fib::GroupMember> members_of(std::span<const std::uint8_t> bytes) {
    std::vector<fib::GroupMember> members;
    for (; bytes.size() >= sizeof(nexthop_grp); bytes = bytes.subspan(sizeof(nexthop_grp))) {
        nexthop_grp entry;
        std::memcpy(&entry, bytes.data(), sizeof entry);
        members.push_back({fib::ObjectId{entry.id}, static_cast<std::uint16_t>(entry.weight + 1)});
    }
    return members;
}

}  // namespace

std::optional<fib::KernelRoute> read_route(nlmsghdr& message, std::uint32_t table) {
    const auto* header = header_of<rtmsg>(message);
    // The short form of the table first: it spares reading the attributes of most foreign routes.
    if (header == nullptr || (header->rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
    if (header->rtm_table != table && header->rtm_table != RT_TABLE_COMPAT &&
        header->rtm_table != RT_TABLE_UNSPEC)
        return std::nullopt;
    const auto family = family_of(header->rtm_family);
    const auto kind = kind_of(header->rtm_type);
    if (!family || !kind || header->rtm_src_len != 0) return std::nullopt;
    const auto attributes = RouteAttributes::of(message, sizeof *header);
    if (!attributes || attributes->u32(RTA_TABLE).value_or(header->rtm_table) != table)
        return std::nullopt;
    const auto destination = attributes->address(RTA_DST, *family);
    if (!destination && header->rtm_dst_len != 0) return std::nullopt;

    fib::KernelRoute route;
    route.prefix =
        net::Prefix(destination.value_or(net::IpAddress::any(*family)), header->rtm_dst_len);
    route.protocol = header->rtm_protocol;
    route.metric = attributes->u32(RTA_PRIORITY).value_or(0);
    route.tos = header->rtm_tos;
    route.kind = *kind;
    route.object = fib::ObjectId{attributes->u32(RTA_NH_ID).value_or(0)};
    // IPv6 lets blackholes and their kin point to lo.
    if (*kind == fib::ForwardingKind::Unicast) route.hops = hops_of(*attributes, *family);
    route.source = attributes->address(RTA_PREFSRC, *family);
    return route;
}

std::optional<fib::KernelObject> read_object(nlmsghdr& message) {
    const auto* header = header_of<nhmsg>(message);
    if (header == nullptr) return std::nullopt;
    const auto attributes = Attributes<NHA_MAX>::of(message, sizeof *header);
    if (!attributes || attributes->has(NHA_FDB)) return std::nullopt;
    const auto id = attributes->u32(NHA_ID);
    if (!id) return std::nullopt;
    fib::KernelObject object;
    object.id = fib::ObjectId{*id};
    object.protocol = header->nh_protocol;
    object.members = members_of(attributes->bytes(NHA_GROUP));
    object.target.interface = attributes->u32(NHA_OIF).value_or(fib::kNoInterface);
    if (const auto family = family_of(header->nh_family))
        object.target.gateway = attributes->address(NHA_GATEWAY, *family);
    return object;
}

fib::Seen read_verb(const nlmsghdr& message) {
    if (message.nlmsg_type == RTM_DELROUTE || message.nlmsg_type == RTM_DELNEXTHOP)
        return fib::Seen::Deleted;
    return (message.nlmsg_flags & NLM_F_REPLACE) != 0 ? fib::Seen::Replaced : fib::Seen::Added;
}

fib::LinkChange link_change(const Interface& interface) {
    return {interface.index, interface.name, interface.up, interface.running, false, interface.mtu};
}

fib::AddressChange address_change(const Interface& interface, const InterfaceAddress& address) {
    return {interface.index, address.address,
            net::Prefix(address.peer.value_or(address.address), address.prefix_length), false};
}

}  // namespace dx::netlink
