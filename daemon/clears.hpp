// `clear`: a session anew, or only what it told and was told.
#pragma once

#include "daemon/control/api.hpp"
#include "daemon/neighbor_restarts.hpp"
#include "daemon/peer_limits.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

class Clears {
public:
    Clears(RouterState& state, NeighborRestarts& restarts, PeerLimits& peer_limits,
           RibWork& rib_work)
        : state_(state), restarts_(restarts), peer_limits_(peer_limits), rib_work_(rib_work) {}

    control::CommandResult clear(const control::ClearRequest& request);

private:
    void clear(Neighbor& neighbor, const control::ClearRequest& request);
    void clear_hard(Neighbor& neighbor);
    void clear_softly(const Neighbor& neighbor, net::Family family,
                      control::ClearRequest::Kind kind);

    RouterState& state_;
    NeighborRestarts& restarts_;
    PeerLimits& peer_limits_;
    RibWork& rib_work_;
};

}  // namespace dx::daemon
