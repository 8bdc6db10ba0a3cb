// What the RIB tells its owner. All calls are made from within a call of Rib, in order. They may
// ask Rib::forwarding_set, and nothing else of it: collect, and act afterwards.
#pragma once

#include <cstdint>
#include <vector>

#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/wire/aws_link.hpp"
#include "libfib/net/ip_address.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// A next hop as received. A link-local one means something only on the neighbor's interface, so
// `scope` is the neighbor then; kLocalRoutes for all others. Of a 32-byte IPv6 next hop the
// link-local half is used.
struct NextHopKey {
    net::IpAddress address;
    NeighborId scope = kLocalRoutes;

    friend auto operator<=>(const NextHopKey&, const NextHopKey&) = default;
};

struct NextHopState {
    bool reachable = false;
    std::uint32_t cost = 0;  // interior cost, RFC 4271 9.1.2.2 e; 0 when directly connected

    friend bool operator==(const NextHopState&, const NextHopState&) = default;
};

// Where the traffic of a prefix goes. Interned: prefixes with the same hops share one, so its
// identifier can stand for a kernel nexthop group.
struct ForwardingHop {
    NextHopKey next_hop;
    NeighborId neighbor{};  // whose path it is: for the veto and the weight
    // 1..255, the share that the paths' link bandwidth communities give it; 0: they say nothing.
    std::uint8_t weight = 0;
    // What another router of our AS says that it leads to. Of our own neighbors their settings say
    // it, unless this route alone is the last choice: Aside.
    AwsLink aws_link = AwsLink::None;

    friend bool operator==(const ForwardingHop&, const ForwardingHop&) = default;
};

struct ForwardingSet {
    std::vector<ForwardingHop> best;    // used together, in the order of preference
    std::vector<ForwardingHop> backup;  // used together when all of `best` fail; may be empty
    bool external = true;               // the best path is eBGP: administrative distance

    friend bool operator==(const ForwardingSet&, const ForwardingSet&) = default;
};

enum class ForwardingSetId : std::uint32_t {};
inline constexpr ForwardingSetId kNoForwarding{0};  // no path, or a route of our own

// The best path of a prefix, or the set of hops for it, has changed. Where `old` and `now` are the
// same only attributes have changed: nothing for the kernel to do.
struct BestPathChange {
    net::Prefix prefix;
    ForwardingSetId old = kNoForwarding;
    ForwardingSetId now = kNoForwarding;
};

// Aggregates stand in for routes, or no longer do (prefix-limit out).
struct OutAggregationChange {
    bool in_use = false;
    std::uint32_t wanted = 0;  // routes that may be sent
    std::uint32_t max = 0;
    std::uint32_t covered = 0;            // of those
    std::vector<net::Prefix> aggregates;  // that cover them
};

class RibEvents {
public:
    virtual ~RibEvents() = default;

    virtual void best_path_changed(const BestPathChange& change) = 0;

    // No prefix uses the set any more; its identifier may come again with other hops.
    virtual void forwarding_set_retired(ForwardingSetId set) = 0;

    // A path wants this next hop. Returns what is known of it now (not reachable when nothing is);
    // later changes come through Rib::next_hop_changed.
    virtual NextHopState next_hop_wanted(const NextHopKey& next_hop) = 0;
    virtual void next_hop_unwanted(const NextHopKey& next_hop) = 0;

    // Rib::fill has something for this neighbor, and had nothing before.
    virtual void output_ready(NeighborId neighbor) = 0;

    // The peer's initial routes are complete (RFC 4724 2).
    virtual void end_of_rib_received(NeighborId neighbor, net::Family family) = 0;

    // More than `max` prefixes were accepted; once a session. With Action::Restart the session is
    // to be ended with Cease/1; with Discard it is for the log.
    virtual void prefix_limit_exceeded(NeighborId neighbor, net::Family family, std::uint32_t max,
                                       bool restart) = 0;

    // The number accepted has reached four fifths of the limit in; again when it had fallen clearly
    // below, and in the next session.
    virtual void prefix_limit_in_near(NeighborId neighbor, net::Family family,
                                      std::uint32_t accepted, std::uint32_t max) = 0;

    // The number sent has reached the warning share of the limit; again when it had fallen clearly
    // below. Routes are held back, told again for another limit; then, none is any longer: the two
    // take turns, over sessions too. Where the limit is gone, `max` is what it was.
    virtual void prefix_limit_out_near(NeighborId neighbor, net::Family family, std::uint32_t sent,
                                       std::uint32_t max) = 0;
    virtual void prefix_limit_out_reached(NeighborId neighbor, net::Family family,
                                          std::uint32_t max) = 0;
    virtual void prefix_limit_out_fits(NeighborId neighbor, net::Family family, std::uint32_t sent,
                                       std::uint32_t max) = 0;
    virtual void prefix_limit_out_aggregation(NeighborId neighbor, net::Family family,
                                              const OutAggregationChange& change) = 0;
};

}  // namespace dx::bgp
