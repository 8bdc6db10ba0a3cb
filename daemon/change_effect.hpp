// What a new configuration would do to the routes of each neighbor: "withdraws 3, announces 1", for
// `config diff`. The configuration becomes a bgp::Proposal (a pure function), which is run over the
// live tables in slices between which everybody else has a turn.
//
// What bgp::ChangeEffect does not predict is not predicted here, and this: a neighbor whose session
// cannot go on as the same one (another address or AS, shut down, or all of them under another AS
// of ours) counts as gone, and what it will tell when it is back is unknown; `families`, `bgp-role`
// and `graceful-restart` act with the next session; static routes, and what redistribution has not
// been asked for before, are known to the kernel's side only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/config/config.hpp"
#include "daemon/neighbor_table.hpp"
#include "libbgp/rib/change_effect.hpp"

namespace dx::daemon {

// `own`: LocalRoutes::under(now).
bgp::Proposal proposal(const config::Config& now, bgp::AsNumber asn_in_force,
                       const NeighborTable& neighbors, std::vector<bgp::LocalRoute> own);

struct EffectOnNeighbor {
    std::string neighbor;  // its name
    net::Family family{};
    bgp::NeighborEffect effect;
};

// "withdraws 3, announces 1, changes 2; rejects 4, accepts 5, takes in otherwise 6"; empty:
// nothing.
std::string to_string(const EffectOnNeighbor& effect);

class ChangeEffects {
public:
    // In the order of the neighbors, only those with an effect. None: there is no BGP, or no longer
    // the same.
    using Answer = std::function<void(std::optional<std::vector<EffectOnNeighbor>>)>;

    // Those outlive this. `rib` may become another one.
    ChangeEffects(boost::asio::io_context& io, const std::unique_ptr<bgp::Rib>& rib,
                  const NeighborTable& neighbors)
        : io_(io), rib_(rib), neighbors_(neighbors) {}

    // The answer comes once, later, on the routing thread; never after the end of this.
    void predict(bgp::Proposal proposal, Answer answer);

    // The RIB is about to end: another one may come, even at its address.
    void forget_rib();

private:
    struct Run;

    void go_on(const std::shared_ptr<Run>& run);
    void slice(Run& run);
    std::vector<EffectOnNeighbor> by_neighbor(const bgp::ChangeEffect& effect) const;

    boost::asio::io_context& io_;
    const std::unique_ptr<bgp::Rib>& rib_;
    const NeighborTable& neighbors_;
    std::vector<std::shared_ptr<Run>> runs_;  // under way: whoever else has one has it weakly
};

}  // namespace dx::daemon
