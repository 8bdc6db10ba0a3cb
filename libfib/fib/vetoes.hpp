// Which neighbors' next hops may not be used though routing may still ask for them.
//
// A failure reaches this thread before routing has drawn its conclusions, or after; so that the
// order cannot matter, a veto falls with (neighbor, epoch) and is lifted only by a later epoch.
#pragma once

#include <unordered_map>

#include "libfib/fib/route.hpp"

namespace dx::fib {

class Vetoes {
public:
    // True if the neighbor was vetoed and no longer is.
    bool up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface);

    // True if the neighbor was not vetoed and now is. An older epoch than the last is nothing.
    bool down(NeighborTag neighbor, SessionEpoch epoch);

    // Every session over one hop on the interface is lost; true if that vetoed any.
    bool link_lost(InterfaceIndex interface);

    // True if that lifted a veto.
    bool forget(NeighborTag neighbor);

    bool vetoed(NeighborTag neighbor) const {
        const auto found = sessions_.find(neighbor);
        return found != sessions_.end() && found->second.vetoed;
    }

private:
    struct Session {
        SessionEpoch epoch = 0;
        InterfaceIndex interface = kNoInterface;
        bool vetoed = false;
    };

    std::unordered_map<NeighborTag, Session> sessions_;
};

}  // namespace dx::fib
