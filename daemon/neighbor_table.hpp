// The configured neighbors and what the router knows of each: the one place that maps names,
// addresses and identifiers onto each other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/drain.hpp"
#include "daemon/flaps.hpp"
#include "daemon/retention.hpp"
#include "libbgp/fsm/negotiation.hpp"
#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/session/session_events.hpp"
#include "libfib/fib/route.hpp"

namespace dx::daemon {

// How many prefixes a peer takes, as its Cease/Maximum Number of Prefixes Reached said (RFC 4486
// 4).
struct PeerLimit {
    std::uint32_t max = 0;
    std::chrono::system_clock::time_point said;
};

struct Neighbor {
    bgp::NeighborId id{};
    config::Neighbor config;
    // Of the current or last session, counted over all neighbors: an identifier that is used again
    // never meets the number of a session that it had before.
    fib::SessionEpoch epoch = 0;
    std::optional<bgp::RibSession> session;  // while Established
    bgp::Negotiated agreed;                  // of the current or last session
    Retention retention;                     // of routes that outlived a session
    // The session's address on our side, of a single-hop neighbor and if an interface has it.
    std::optional<net::IpAddress> own_address;
    bgp::Families end_of_rib_awaited;  // families whose initial routes are not complete
    std::uint32_t interface = 0;  // of a single-hop neighbor: the link that it is on; 0: none known
    std::string missing;          // what it is not attached for; empty: it is
    std::string no_link;          // of that, what concerns its link and addresses
    bool beyond_bfd = false;      // it is on no link of ours, so BFD cannot watch it
    bgp::PerFamily<std::optional<PeerLimit>> taken_at_most;
    // Where it said that there are too many, and no number that helps: what it had been sent, how
    // often it was so in a row, and when last.
    bgp::PerFamily<std::optional<std::uint32_t>> sent_too_many;
    unsigned unhelpful_limits = 0;
    std::chrono::steady_clock::time_point unhelpful_limit_at{};
    Flaps flaps;
    std::optional<Flaps::Clock::time_point> back_in_use_at;  // while its return is delayed
    std::unique_ptr<Drain> drain;                            // the operator takes it out of use

    bool is_shut_down() const { return config.shutdown.active || (drain && drain->ended); }
};

// The configured limit, lowered to what the peer takes.
std::optional<config::OutboundLimit> limit_out(const Neighbor& neighbor, net::Family family);

// What a peer said of how many prefixes of a family it takes is said of this peer while no more
// and no fewer may be sent: it is not true of another one, or with another limit.
struct PeerLimitGround {
    std::string address;
    std::uint32_t remote_as = 0;
    std::optional<std::uint32_t> configured;  // prefix-limit out

    friend bool operator==(const PeerLimitGround&, const PeerLimitGround&) = default;
};

PeerLimitGround peer_limit_ground(const config::Neighbor& neighbor, net::Family family);

// The same, were the neighbor configured so.
std::optional<config::OutboundLimit> limit_out(const config::Neighbor& configured,
                                               const Neighbor& neighbor, net::Family family);

class NeighborTable {
public:
    // In the order of the configuration.
    const std::vector<std::unique_ptr<Neighbor>>& all() const { return order_; }

    std::vector<std::string> names() const;

    Neighbor& add(config::Neighbor config);
    void remove(bgp::NeighborId id);

    // Puts the neighbors into the order of `names`, which are all of them.
    void reorder(const std::vector<std::string>& names);

    Neighbor* find(bgp::NeighborId id);
    const Neighbor* find(bgp::NeighborId id) const;
    Neighbor* find_named(std::string_view name);

    // The name for people: "dx-primary (192.168.1.1)", or the address alone.
    std::string label(bgp::NeighborId id) const;

private:
    std::vector<std::unique_ptr<Neighbor>> order_;
    std::vector<Neighbor*> by_id_;  // index_of(id); null: free
};

}  // namespace dx::daemon
