// Which neighbors' next hops may not be used though routing may still ask for them.
//
// A failure reaches this thread before routing has drawn its conclusions, or after; so that the
// order cannot matter, a veto falls with (neighbor, epoch) and is lifted only by a later epoch.
// Before it is lifted the neighbor may return: then its next hops are a last resort.
#pragma once

#include <unordered_map>

#include "libfib/fib/route.hpp"

namespace dx::fib {

class Vetoes {
public:
    // True if the neighbor was vetoed and no longer is.
    bool up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface);

    // The neighbor's session is back, of a later epoch, but the veto stays until up(). True if that
    // makes it a last resort.
    bool returning(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface);

    // True if the neighbor could be used, be it as a last resort, and now cannot. An older epoch
    // than the last is nothing.
    bool down(NeighborTag neighbor, SessionEpoch epoch);

    // Every session over one hop on the interface is lost; true if that vetoed any.
    bool link_lost(InterfaceIndex interface);

    // Whoever has the tag next begins vetoed, at epoch 0. True if this one could be used until now.
    bool forget(NeighborTag neighbor);

    bool vetoed(NeighborTag neighbor) const {
        const auto found = sessions_.find(neighbor);
        return found != sessions_.end() && found->second.vetoed;
    }

    // Of one that is vetoed: it may be used where nothing else leads.
    bool last_resort(NeighborTag neighbor) const {
        const auto found = sessions_.find(neighbor);
        return found != sessions_.end() && found->second.returning;
    }

    // Whether its next hops may be used; `last_resort`: where nothing else leads.
    bool may_lead(NeighborTag neighbor, bool last_resort) const {
        return !vetoed(neighbor) || (last_resort && this->last_resort(neighbor));
    }

private:
    struct Session {
        SessionEpoch epoch = 0;
        InterfaceIndex interface = kNoInterface;
        bool vetoed = false;
        bool returning = false;  // only while vetoed

        bool lose() {  // true if it could be used
            const bool could = !vetoed || returning;
            vetoed = true;
            returning = false;
            return could;
        }
    };

    std::unordered_map<NeighborTag, Session> sessions_;
};

}  // namespace dx::fib
