// What the Fib wants of the kernel and what it hears from it, as values: netlink encodes and
// decodes them, a model kernel of the tests plays them.
//
// Requests are executed strictly in the order given, on one socket; their results come back in that
// order too. The window of unacknowledged messages is the executor's affair.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "libfib/fib/route.hpp"

namespace dx::fib {

// The identifier of a nexthop object (NHA_ID).
enum class ObjectId : std::uint32_t { None = 0 };

// Ours: kFirstObjectId .. kLastObjectId, with our protocol.
inline constexpr std::uint32_t kFirstObjectId = 0x44580000;
inline constexpr std::uint32_t kLastObjectId = 0x4458ffff;

constexpr bool is_our_range(ObjectId id) {
    return static_cast<std::uint32_t>(id) >= kFirstObjectId &&
           static_cast<std::uint32_t>(id) <= kLastObjectId;
}

// What the running kernel can do with nexthop objects; probed by the executor.
enum class ObjectSupport : std::uint8_t { None, Groups /* 5.3 */, ResilientGroups /* 5.13 */ };

// RTM_NEWNEXTHOP with CREATE|REPLACE: one way out.
struct PutNextHop {
    ObjectId id = ObjectId::None;
    net::Family family = net::Family::Ipv4;  // of the gateway; without one: of the routes using it
    OnLink target;
    std::uint8_t protocol = 0;
};

struct GroupMember {
    ObjectId id = ObjectId::None;
    std::uint16_t weight = 1;  // 1..256, as `ip nexthop` counts; on the wire one less

    friend bool operator==(const GroupMember&, const GroupMember&) = default;
};

// RTM_NEWNEXTHOP with CREATE|REPLACE: a group. Resilient: NEXTHOP_GRP_TYPE_RES with `buckets` and
// an idle timer of 0; else NEXTHOP_GRP_TYPE_MPATH. Type and buckets never change for an identifier.
struct PutGroup {
    ObjectId id = ObjectId::None;
    bool resilient = false;
    std::uint16_t buckets = 0;
    std::vector<GroupMember> members;
    std::uint8_t protocol = 0;
};

// RTM_DELNEXTHOP. The kernel removes the routes that use it, without a word.
struct DeleteObject {
    ObjectId id = ObjectId::None;
};

// A way of a plain route (RTA_GATEWAY/RTA_OIF or one of RTA_MULTIPATH).
struct PlainHop {
    OnLink target;
    std::uint16_t weight = 1;  // 1..256; rtnh_hops is one less

    friend bool operator==(const PlainHop&, const PlainHop&) = default;
};

enum class RouteVerb : std::uint8_t {
    Add,      // CREATE|EXCL: never touches a route that exists
    Replace,  // REPLACE without CREATE: the route is ours and there; ENOENT otherwise
};

// RTM_NEWROUTE in our table. Through `object`, or else over `hops` (several: RTA_MULTIPATH; a
// gateway of the other family: RTA_VIA), or neither (Blackhole and its kin).
struct PutRoute {
    RouteVerb verb = RouteVerb::Add;
    net::Prefix prefix;
    std::uint8_t protocol = 0;
    std::uint32_t metric = 0;
    ForwardingKind kind = ForwardingKind::Unicast;
    ObjectId object = ObjectId::None;
    std::vector<PlainHop> hops;
    std::optional<net::IpAddress> source;  // RTA_PREFSRC
};

// RTM_DELROUTE with protocol and metric given, so that the kernel deletes only ours.
struct DeleteRoute {
    net::Prefix prefix;
    std::uint8_t protocol = 0;
    std::uint32_t metric = 0;
};

// Identifies a request until its result is in; used again afterwards.
using RequestId = std::uint32_t;

struct KernelRequest {
    RequestId id = 0;
    std::variant<PutRoute, DeleteRoute, PutNextHop, PutGroup, DeleteObject> what;
};

// --- What is seen in the kernel ---

enum class Seen : std::uint8_t {
    Added,     // RTM_NEW*
    Replaced,  // RTM_NEW* with NLM_F_REPLACE
    Deleted,   // RTM_DEL*
    Dumped,    // an answer to our dump, between begin_dump and end_dump
};

// A route of our table (RTA_TABLE already checked), unicast or blackhole kin, no cached or cloned
// ones. `own_request`: the message carries the port of our request socket, so it is our own echo.
struct KernelRoute {
    net::Prefix prefix;
    std::uint8_t protocol = 0;
    std::uint32_t metric = 0;
    std::uint8_t tos = 0;
    ForwardingKind kind = ForwardingKind::Unicast;
    ObjectId object = ObjectId::None;
    std::vector<PlainHop> hops;  // may be given beside an object; then the object counts
    std::optional<net::IpAddress> source;
    bool own_request = false;

    // Where it leads, as a route of ours would say it.
    Forwarding forwarding() const {
        Forwarding same{kind, {}, {}};
        for (const auto& hop : hops)
            same.best.push_back(
                {hop.target.gateway, hop.target.interface, NeighborTag::None, hop.weight});
        return same;
    }
};

struct KernelObject {
    ObjectId id = ObjectId::None;
    std::uint8_t protocol = 0;
    std::vector<GroupMember> members;  // of a group; empty: a single next hop
    OnLink target;                     // of a single next hop
    bool own_request = false;
};

}  // namespace dx::fib
