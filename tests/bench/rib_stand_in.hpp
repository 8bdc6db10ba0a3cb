// What stands around a Rib that is measured alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include <benchmark/benchmark.h>

#include "libbgp/rib/rib_events.hpp"

namespace dx::bench {

class KernelStandIn : public bgp::RibEvents {
public:
    void best_path_changed(const bgp::BestPathChange& change) override {
        benchmark::DoNotOptimize(&change);
        ++changes;
    }

    void forwarding_set_retired(bgp::ForwardingSetId) override {}

    bgp::NextHopState next_hop_wanted(const bgp::NextHopKey&) override { return {true, 0}; }

    void next_hop_unwanted(const bgp::NextHopKey&) override {}

    void output_ready(bgp::NeighborId) override {}

    void end_of_rib_received(bgp::NeighborId, net::Family) override {}

    void prefix_limit_exceeded(bgp::NeighborId, net::Family, std::uint32_t, bool) override {}

    void prefix_limit_in_near(bgp::NeighborId, net::Family, std::uint32_t, std::uint32_t) override {
    }

    void prefix_limit_out_near(bgp::NeighborId, net::Family, std::uint32_t,
                               std::uint32_t) override {}

    void prefix_limit_out_reached(bgp::NeighborId, net::Family, std::uint32_t) override {}

    void prefix_limit_out_fits(bgp::NeighborId, net::Family, std::uint32_t,
                               std::uint32_t) override {}

    void prefix_limit_out_aggregation(bgp::NeighborId, net::Family,
                                      const bgp::OutAggregationChange&) override {}

    std::size_t changes = 0;
};

}  // namespace dx::bench
