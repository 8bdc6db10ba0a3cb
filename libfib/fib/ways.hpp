// Where the packets of a forwarding group can go: by its next hops as they are resolved, as far as
// their neighbors may be used, each with its share.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "libfib/fib/forwarding_groups.hpp"
#include "libfib/fib/interfaces.hpp"
#include "libfib/fib/kernel.hpp"
#include "libfib/fib/next_hop_table.hpp"
#include "libfib/fib/route.hpp"
#include "libfib/fib/vetoes.hpp"

namespace dx::fib {

// Those of them that carry traffic, with the smallest weights that share alike: a backup idles
// while there is a best.
std::vector<PlainHop> plain_hops(const std::vector<Way>& ways);

class Ways {
public:
    // All of them outlive this.
    Ways(const Interfaces& interfaces, const Vetoes& vetoes, const NextHopTable& next_hops)
        : interfaces_(interfaces), vetoes_(vetoes), next_hops_(next_hops) {}

    // A neighbor's share of the traffic, 2..255; 1: what its next hops say. True if that is new.
    bool set_weight(NeighborTag neighbor, std::uint16_t weight);

    void forget(NeighborTag neighbor) { weights_.erase(neighbor); }

    struct Found {
        std::vector<Way> ways;
        std::vector<net::Prefix> chain;  // of routes that resolve them
        bool last_resort = false;        // nothing leads but neighbors that wait to be used again
    };

    // All that a group of these next hops could use now.
    Found of(const Group& group) const;

    // Whether packets go by this next hop of the group, if it is the group's turn.
    bool can_carry(const Group& group, const NextHop& next_hop) const;

    // By whom the group's packets go.
    std::vector<NeighborTag> carriers(const Group& group) const;

    // By whom they would without that neighbor.
    std::vector<NeighborTag> carriers_without(const Group& group, NeighborTag neighbor) const;

    // Neighbors of the group that wait to be used again, while others lead.
    std::set<NeighborTag> passed_over(const Group& group) const;

private:
    bool may_lead(const NextHop& next_hop, bool last_resort) const;
    bool could_carry(const NextHop& next_hop, bool last_resort) const;
    void add(const NextHop& next_hop, bool backup, const Group& group, Found& found) const;
    std::uint16_t weight_of(const NextHop& next_hop, const Group& group) const;

    const Interfaces& interfaces_;
    const Vetoes& vetoes_;
    const NextHopTable& next_hops_;
    std::map<NeighborTag, std::uint16_t> weights_;  // none is 1
};

}  // namespace dx::fib
