// The words of forwarding: who a route is from, where it leads, how its changes travel.
//
// Knows no protocol: the number that says "BGP" to the kernel, the distances and the neighbors'
// tags come from the daemon. Plain values, copied between threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfib/net/ip_address.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::fib {

using TimePoint = std::chrono::steady_clock::time_point;

// The kernel's number of a network interface; 0 where none is meant.
using InterfaceIndex = std::uint32_t;

inline constexpr InterfaceIndex kNoInterface = 0;

// Who a route of the table is from. Kernel is every route that other programs put into our kernel
// table (protocol `kernel`, the connected ones, excepted).
enum class RouteSource : std::uint8_t { Connected, Static, Bgp, Kernel };

std::string_view to_string(RouteSource source);  // "connected", "static", "bgp", "kernel"

using Distance = std::uint8_t;

inline constexpr Distance kConnectedDistance = 0;
inline constexpr Distance kKernelDistance = 0;
inline constexpr Distance kStaticDistance = 1;
inline constexpr Distance kExternalBgpDistance = 20;
inline constexpr Distance kInternalBgpDistance = 200;

// Whose session a next hop stands and falls with; the daemon gives the numbers. Epochs count the
// established sessions of one neighbor, upward.
enum class NeighborTag : std::uint16_t { None = 0xffff };
using SessionEpoch = std::uint32_t;

// Whether routes hold back longer ones within them (Covers), or are held back so (Yields): see
// coverage.hpp. Neither is None that is said of a next hop, whatever its neighbor's role is.
enum class CoverRole : std::uint8_t { None, Covers, Yields, Neither };

// A next hop as routing names it. With an interface it is on that link and not looked up; without,
// the gateway is resolved (next_hop_table.hpp). An interface alone means: directly on the link.
struct NextHop {
    std::optional<net::IpAddress> gateway;
    InterfaceIndex interface = kNoInterface;
    NeighborTag neighbor = NeighborTag::None;
    std::uint16_t weight = 1;  // 1..255: its share among the best, unless Fib::set_weight says it
    CoverRole cover = CoverRole::None;  // of this route; None: as Fib::set_cover_role says it

    friend auto operator<=>(const NextHop&, const NextHop&) = default;
};

enum class ForwardingKind : std::uint8_t { Unicast, Blackhole, Unreachable, Prohibit };

// Where a route leads: the best next hops share the traffic, the backups wait. This pair is the
// identity of a forwarding group: routes with equal ones share it. Only Unicast has next hops. The
// order within best and within backup is kept and distinguishes: give it in a fixed order.
struct Forwarding {
    ForwardingKind kind = ForwardingKind::Unicast;
    std::vector<NextHop> best;
    std::vector<NextHop> backup;

    static Forwarding via(NextHop next_hop) {
        return {ForwardingKind::Unicast, {std::move(next_hop)}, {}};
    }

    friend auto operator<=>(const Forwarding&, const Forwarding&) = default;
};

std::uint64_t hash_value(const Forwarding& forwarding);

// An interned Forwarding (forwarding_groups.hpp).
using ForwardingId = std::uint32_t;

inline constexpr ForwardingId kNoForwarding = 0xffffffff;

// Many changes on their way to the Fib. What the routes of a batch have in common is in it once, so
// that a change is small and costs no allocation.
struct RouteBatch {
    static constexpr std::uint32_t kWithdrawn = 0xffffffff;

    struct Change {
        net::Prefix prefix;
        RouteSource source = RouteSource::Bgp;
        Distance distance = kExternalBgpDistance;
        std::uint32_t forwarding = kWithdrawn;  // index into `forwardings`
    };

    std::vector<Forwarding> forwardings;
    std::vector<Change> changes;

    // The index of `forwarding` in this batch; finds an equal one among the last few.
    std::uint32_t add(const Forwarding& forwarding);

    void announce(const net::Prefix& prefix, RouteSource source, Distance distance,
                  const Forwarding& forwarding);
    void withdraw(const net::Prefix& prefix, RouteSource source);

    bool empty() const { return changes.empty(); }
};

// A route of the configuration. `interface` is a name: the interface may come and go. At most one
// of {via and/or interface} and `blackhole`. The distance is 1..254. With `neighbor` its next hop
// stands and falls with that, as those of BGP do.
struct StaticRoute {
    net::Prefix prefix;
    std::optional<net::IpAddress> via;
    std::string interface;
    bool blackhole = false;
    Distance distance = kStaticDistance;
    NeighborTag neighbor = NeighborTag::None;

    friend auto operator<=>(const StaticRoute&, const StaticRoute&) = default;
};

// What the kernel says of an interface. `removed` ends it.
struct LinkChange {
    InterfaceIndex index = kNoInterface;
    std::string name;
    bool up = false;       // IFF_UP: by the administrator
    bool running = false;  // carrier: operstate up or unknown
    bool removed = false;
    std::uint32_t mtu = 0;

    bool usable() const { return up && running && !removed; }
};

// An address of an interface with the length of its network. Tentative and failed-DAD IPv6
// addresses are not reported. A peer address (`ip addr add A peer B/len`) gives `network` of the
// peer.
struct AddressChange {
    InterfaceIndex index = kNoInterface;
    net::IpAddress address;
    net::Prefix network;
    bool removed = false;
};

// --- What the Fib tells routing ---

// A next hop as asked for by `track_next_hop`.
struct NextHopKey {
    net::IpAddress address;
    InterfaceIndex interface = kNoInterface;  // needed for IPv6 link-local

    friend auto operator<=>(const NextHopKey&, const NextHopKey&) = default;
};

// A place on a link: what the kernel is given. Without a gateway: the link itself.
struct OnLink {
    std::optional<net::IpAddress> gateway;
    InterfaceIndex interface = kNoInterface;

    friend auto operator<=>(const OnLink&, const OnLink&) = default;
};

// Why a next hop cannot be used.
enum class NextHopProblem : std::uint8_t {
    None,
    NoRoute,     // nothing leads there now
    OwnAddress,  // it is an address of ours (RFC 4271 5.1.3)
    NotAHost,    // it is the network's own or the broadcast address of an IPv4 network of ours
    Vetoed,      // its neighbor is down (vetoes.hpp); told of routes, not of next hops
};

std::string_view to_string(NextHopProblem problem);

struct NextHopState {
    NextHopKey key;
    bool reachable = false;
    NextHopProblem problem = NextHopProblem::NoRoute;  // None where it is reachable
    bool connected = false;                            // on a link of ours, not over another route
    std::uint32_t cost = 0;  // 0 when connected, else the metric of the kernel route in between
    std::vector<OnLink> on_link;  // what it resolves to; empty when not reachable

    friend bool operator==(const NextHopState&, const NextHopState&) = default;
};

// `network PREFIX when: route`: whether the table has the very prefix from another source than BGP.
struct NetworkPresence {
    net::Prefix prefix;
    bool present = false;

    friend bool operator==(const NetworkPresence&, const NetworkPresence&) = default;
};

// A route that won its prefix, for redistribution; or that it is gone (`present` false).
struct RedistributedRoute {
    net::Prefix prefix;
    RouteSource source = RouteSource::Connected;
    std::uint32_t metric = 0;
    std::optional<net::IpAddress> gateway;  // of the first next hop, if it has one
    bool present = false;

    friend bool operator==(const RedistributedRoute&, const RedistributedRoute&) = default;
};

}  // namespace dx::fib
