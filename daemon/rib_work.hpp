// The RIB's work: in slices, so that sockets, timers and clients have their turn, and what comes of
// it. The RIB's events are told from within its calls, where it must not be called: they are
// collected here, and `follow` acts on them. Knows no sessions' ends and no operator.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/kernel_routes.hpp"
#include "daemon/next_hops.hpp"
#include "daemon/router_state.hpp"
#include "libbgp/rib/rib_events.hpp"

namespace dx::daemon {

class RibWork final : public bgp::RibEvents {
public:
    struct Hooks {
        std::function<void()> changed;  // the tables, perhaps; the RIB may be called
        std::function<void()> decided;  // all of it, and forwarding has been told
    };

    RibWork(boost::asio::io_context& io, RouterState& state, NextHops& next_hops, Hooks hooks)
        : io_(io),
          state_(state),
          next_hops_(next_hops),
          kernel_routes_(state.neighbors),
          hooks_(std::move(hooks)) {}

    // Acts on what the RIB's events collected: to be called after every call of the RIB.
    void follow();

    void follow_update();  // the same after an UPDATE, of which many may come
    void finish();         // decides all there is, at once

private:
    void best_path_changed(const bgp::BestPathChange& change) override;
    void forwarding_set_retired(bgp::ForwardingSetId set) override;
    bgp::NextHopState next_hop_wanted(const bgp::NextHopKey& next_hop) override;
    void next_hop_unwanted(const bgp::NextHopKey& next_hop) override;
    void output_ready(bgp::NeighborId neighbor) override;
    void end_of_rib_received(bgp::NeighborId neighbor, net::Family family) override;
    void prefix_limit_exceeded(bgp::NeighborId neighbor, net::Family family, std::uint32_t max,
                               bool restart) override;
    void prefix_limit_in_near(bgp::NeighborId neighbor, net::Family family, std::uint32_t accepted,
                              std::uint32_t max) override;
    void prefix_limit_out_near(bgp::NeighborId neighbor, net::Family family, std::uint32_t sent,
                               std::uint32_t max) override;
    void prefix_limit_out_fits(bgp::NeighborId neighbor, net::Family family, std::uint32_t sent,
                               std::uint32_t max) override;
    void prefix_limit_out_reached(bgp::NeighborId neighbor, net::Family family,
                                  std::uint32_t max) override;
    void prefix_limit_out_aggregation(bgp::NeighborId neighbor, net::Family family,
                                      const bgp::OutAggregationChange& change) override;

    struct LimitExceeded {
        bgp::NeighborId neighbor{};
        net::Family family{};
        std::uint32_t max = 0;
        bool restart = false;
    };

    void enforce(const LimitExceeded& limit);
    void schedule_slice();  // lets the RIB go on when others had their turn
    void sweep_when_complete();

    boost::asio::io_context& io_;
    RouterState& state_;
    NextHops& next_hops_;
    KernelRoutes kernel_routes_;
    Hooks hooks_;
    std::vector<bgp::NeighborId> output_ready_;
    std::vector<LimitExceeded> limits_exceeded_;
    bool slice_scheduled_ = false;
    bool swept_ = false;
};

}  // namespace dx::daemon
