// The only place where a best path of BGP becomes a route to be forwarded on: collects what changed
// until RibWork hands it to the fib thread. Knows what both sides mean by a next hop; decides
// nothing.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "daemon/neighbor_table.hpp"
#include "libbgp/rib/rib.hpp"
#include "libfib/fib/route.hpp"

namespace dx::daemon {

fib::NeighborTag tag_of(bgp::NeighborId id);
bgp::NeighborId neighbor_of(fib::NeighborTag tag);  // of a gateway's: one that does not exist

class KernelRoutes {
public:
    explicit KernelRoutes(const NeighborTable& neighbors) : neighbors_(neighbors) {}

    void change(const bgp::BestPathChange& change, const bgp::Rib& rib);

    // The identifier may come again with other hops.
    void retire(bgp::ForwardingSetId set) { index_in_batch_.erase(set); }

    bool empty() const { return batch_.empty(); }

    std::size_t size() const { return batch_.changes.size(); }

    fib::RouteBatch take();

private:
    struct Known {
        std::uint32_t index = 0;
        fib::Distance distance = fib::kExternalBgpDistance;
    };

    const Known& known(bgp::ForwardingSetId set, const bgp::Rib& rib);
    fib::NextHop next_hop(const bgp::ForwardingHop& hop) const;

    const NeighborTable& neighbors_;
    fib::RouteBatch batch_;
    std::unordered_map<bgp::ForwardingSetId, Known> index_in_batch_;
};

}  // namespace dx::daemon
