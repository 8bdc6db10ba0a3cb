// The next hops that BGP asks about, between the RIB's names for them and the kernel's: a
// link-local one belongs to a neighbor there and to an interface here.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "daemon/neighbor_table.hpp"
#include "libbgp/rib/rib_events.hpp"
#include "libfib/fib/route.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

class NextHops {
public:
    // Both outlive this.
    NextHops(const NeighborTable& neighbors, netlink::FibService& fib)
        : neighbors_(neighbors), fib_(fib) {}

    // What is known now; unknown is unreachable, until the kernel's answer comes. Each want() has
    // its unwant().
    bgp::NextHopState want(const bgp::NextHopKey& key);
    void unwant(const bgp::NextHopKey& key);

    // The RIB's keys whose state this changes.
    std::vector<bgp::NextHopKey> learn(const fib::NextHopState& state);

    // The neighbor is on another interface now, so its link-local next hops are too.
    void neighbor_moved(bgp::NeighborId id);

    bgp::NextHopState state(const bgp::NextHopKey& key) const;

    // Why it is not reachable, in words; empty: it is.
    std::string_view problem(const bgp::NextHopKey& key) const;

    // The kernel's side has not answered for all yet.
    bool awaits_answers() const;
    void clear();

private:
    struct Tracked {
        fib::NextHopKey asked;
        bgp::NextHopState state;
        fib::NextHopProblem problem = fib::NextHopProblem::NoRoute;
        bool answered = false;
        std::size_t users = 0;
    };

    fib::NextHopKey translate(const bgp::NextHopKey& key) const;
    void ask(const fib::NextHopKey& key);
    void forget(const fib::NextHopKey& key);

    const NeighborTable& neighbors_;
    netlink::FibService& fib_;
    std::map<bgp::NextHopKey, Tracked> wanted_;
    std::map<fib::NextHopKey, std::size_t> asked_;  // how many of `wanted_` stand for one
};

}  // namespace dx::daemon
