#include "libfib/netlink/request_codec.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <span>
#include <variant>

#include "libfib/netlink/attributes.hpp"

namespace dx::netlink {

namespace {

using fib::ForwardingKind;

std::uint8_t route_type(ForwardingKind kind) {
    switch (kind) {
        case ForwardingKind::Unicast: return RTN_UNICAST;
        case ForwardingKind::Blackhole: return RTN_BLACKHOLE;
        case ForwardingKind::Unreachable: return RTN_UNREACHABLE;
        case ForwardingKind::Prohibit: return RTN_PROHIBIT;
    }
    return RTN_UNSPEC;
}

rtmsg route_header(const net::Prefix& prefix, std::uint8_t protocol, std::uint32_t table) {
    rtmsg header{};
    header.rtm_family = address_family(prefix.family());
    header.rtm_dst_len = prefix.length();
    header.rtm_table =
        table < 256 ? static_cast<std::uint8_t>(table) : std::uint8_t{RT_TABLE_UNSPEC};
    header.rtm_protocol = protocol;
    return header;
}

void put_destination(MessageBatch& batch, const net::Prefix& prefix, std::uint32_t metric,
                     std::uint32_t table) {
    batch.put(RTA_DST, prefix.address());
    if (metric != 0) batch.put_u32(RTA_PRIORITY, metric);
    if (table >= 256) batch.put_u32(RTA_TABLE, table);
}

// A gateway of the other family (an IPv6 one for IPv4 routes, RFC 8950) goes into RTA_VIA.
void put_gateway(MessageBatch& batch, net::Family route, const net::IpAddress& gateway) {
    if (gateway.family() == route) return batch.put(RTA_GATEWAY, gateway);
    std::array<std::uint8_t, 18> via{};  // struct rtvia: the family in two bytes, the address
    const std::uint16_t family = address_family(gateway.family());
    std::memcpy(via.data(), &family, sizeof family);
    const auto bytes = gateway.bytes();
    std::copy(bytes.begin(), bytes.end(), via.begin() + sizeof family);
    batch.put(RTA_VIA, std::span(via).first(sizeof family + bytes.size()));
}

void put_multipath(MessageBatch& batch, net::Family family,
                   const std::vector<fib::PlainHop>& hops) {
    const std::size_t nest = batch.begin_nest(RTA_MULTIPATH);
    for (const fib::PlainHop& hop : hops) {
        const std::size_t start = batch.position();
        rtnexthop header{};
        header.rtnh_hops = static_cast<std::uint8_t>(hop.weight - 1);
        header.rtnh_ifindex = static_cast<int>(hop.target.interface);
        batch.append(header);
        if (hop.target.gateway) put_gateway(batch, family, *hop.target.gateway);
        header.rtnh_len = static_cast<std::uint16_t>(batch.position() - start);
        batch.patch(start, header);
    }
    batch.end_nest(nest);
}

bool over_the_link_alone(const fib::PutRoute& route) {
    return route.hops.size() == 1 && !route.hops[0].target.gateway;
}

void write(MessageBatch& batch, std::uint32_t sequence, const fib::PutRoute& route,
           std::uint32_t table) {
    const auto flags =
        route.verb == fib::RouteVerb::Add ? NLM_F_CREATE | NLM_F_EXCL : int{NLM_F_REPLACE};
    rtmsg header = route_header(route.prefix, route.protocol, table);
    header.rtm_type = route_type(route.kind);
    header.rtm_scope = over_the_link_alone(route) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    batch.begin(RTM_NEWROUTE, static_cast<std::uint16_t>(flags), sequence, header);
    put_destination(batch, route.prefix, route.metric, table);
    if (route.object != fib::ObjectId::None) {
        batch.put_u32(RTA_NH_ID, static_cast<std::uint32_t>(route.object));
    } else if (route.hops.size() == 1) {
        const fib::OnLink& target = route.hops[0].target;
        if (target.gateway) put_gateway(batch, route.prefix.family(), *target.gateway);
        if (target.interface != fib::kNoInterface) batch.put_u32(RTA_OIF, target.interface);
    } else if (!route.hops.empty()) {
        put_multipath(batch, route.prefix.family(), route.hops);
    }
    if (route.source) batch.put(RTA_PREFSRC, *route.source);
    batch.end();
}

void write(MessageBatch& batch, std::uint32_t sequence, const fib::DeleteRoute& route,
           std::uint32_t table) {
    rtmsg header = route_header(route.prefix, route.protocol, table);
    header.rtm_scope = RT_SCOPE_NOWHERE;  // any; and type 0 is any type
    batch.begin(RTM_DELROUTE, 0, sequence, header);
    put_destination(batch, route.prefix, route.metric, table);
    batch.end();
}

constexpr std::uint16_t kPut = NLM_F_CREATE | NLM_F_REPLACE;

void write(MessageBatch& batch, std::uint32_t sequence, const fib::PutNextHop& next_hop,
           std::uint32_t) {
    nhmsg header{};
    header.nh_family = address_family(next_hop.target.gateway ? next_hop.target.gateway->family()
                                                              : next_hop.family);
    header.nh_protocol = next_hop.protocol;
    batch.begin(RTM_NEWNEXTHOP, kPut, sequence, header);
    batch.put_u32(NHA_ID, static_cast<std::uint32_t>(next_hop.id));
    batch.put_u32(NHA_OIF, next_hop.target.interface);
    if (next_hop.target.gateway) batch.put(NHA_GATEWAY, *next_hop.target.gateway);
    batch.end();
}

void write(MessageBatch& batch, std::uint32_t sequence, const fib::PutGroup& group, std::uint32_t) {
    nhmsg header{};
    header.nh_protocol = group.protocol;
    batch.begin(RTM_NEWNEXTHOP, kPut, sequence, header);
    batch.put_u32(NHA_ID, static_cast<std::uint32_t>(group.id));
    const std::size_t members = batch.begin_nest(NHA_GROUP);
    for (const fib::GroupMember& member : group.members) {
        nexthop_grp entry{};
        entry.id = static_cast<std::uint32_t>(member.id);
        entry.weight = static_cast<std::uint8_t>(member.weight - 1);
        batch.append(entry);
    }
    batch.end_nest(members);
    if (group.resilient) {
        batch.put_u16(NHA_GROUP_TYPE, NEXTHOP_GRP_TYPE_RES);
        const std::size_t resilient = batch.begin_nest(NLA_F_NESTED | NHA_RES_GROUP);
        batch.put_u16(NHA_RES_GROUP_BUCKETS, group.buckets);
        batch.put_u32(NHA_RES_GROUP_IDLE_TIMER, 0);  // a bucket moves although packets flow
        batch.end_nest(resilient);
    }
    batch.end();
}

void write(MessageBatch& batch, std::uint32_t sequence, const fib::DeleteObject& object,
           std::uint32_t) {
    batch.begin(RTM_DELNEXTHOP, 0, sequence, nhmsg{});
    batch.put_u32(NHA_ID, static_cast<std::uint32_t>(object.id));
    batch.end();
}

void write_route_dump(MessageBatch& batch, std::uint32_t sequence, net::Family family,
                      std::uint32_t table) {
    rtmsg header{};
    header.rtm_family = address_family(family);
    header.rtm_table =
        table < 256 ? static_cast<std::uint8_t>(table) : std::uint8_t{RT_TABLE_UNSPEC};
    batch.begin(RTM_GETROUTE, NLM_F_DUMP, sequence, header);
    batch.put_u32(RTA_TABLE, table);
    batch.end();
}

}  // namespace

void write_request(MessageBatch& batch, std::uint32_t sequence, const fib::KernelRequest& request,
                   std::uint32_t table) {
    if (const auto* route = std::get_if<fib::PutRoute>(&request.what))  // nearly all are
        return write(batch, sequence, *route, table);
    std::visit([&](const auto& what) { write(batch, sequence, what, table); }, request.what);
}

void write_dump(MessageBatch& batch, std::uint32_t sequence, DumpKind kind, std::uint32_t table) {
    switch (kind) {
        case DumpKind::ResilientProbe:
            batch.begin(RTM_GETNEXTHOPBUCKET, NLM_F_DUMP, sequence, nhmsg{});
            batch.put_u32(NHA_ID, fib::kLastObjectId);
            return batch.end();
        case DumpKind::Links:
            batch.begin(RTM_GETLINK, NLM_F_DUMP, sequence, ifinfomsg{});
            return batch.end();
        case DumpKind::Addresses:
            batch.begin(RTM_GETADDR, NLM_F_DUMP, sequence, ifaddrmsg{});
            return batch.end();
        case DumpKind::Objects:
            batch.begin(RTM_GETNEXTHOP, NLM_F_DUMP, sequence, nhmsg{});
            return batch.end();
        case DumpKind::Ipv4Routes:
            return write_route_dump(batch, sequence, net::Family::Ipv4, table);
        case DumpKind::Ipv6Routes:
            return write_route_dump(batch, sequence, net::Family::Ipv6, table);
    }
}

}  // namespace dx::netlink
