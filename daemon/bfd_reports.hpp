// What BFD says of neighbors: forwarding knows of a failure already, the BGP session is ended here.
#pragma once

#include "daemon/attachments.hpp"
#include "daemon/neighbor_restarts.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

class BfdReports {
public:
    BfdReports(RouterState& state, NeighborRestarts& restarts, Attachments& attachments,
               RibWork& rib_work)
        : state_(state), restarts_(restarts), attachments_(attachments), rib_work_(rib_work) {}

    void on_change(Neighbor& neighbor, const bfd::SessionChange& change);

    void on_not_resumed(Neighbor& neighbor);
    void on_refusal(const Neighbor& neighbor, const bfd::RefusalChange& change);

    // Of whatever ran up to `epoch`.
    void on_failure(Neighbor& neighbor, fib::SessionEpoch epoch);

private:
    RouterState& state_;
    NeighborRestarts& restarts_;
    Attachments& attachments_;
    RibWork& rib_work_;
};

}  // namespace dx::daemon
