// Whether each neighbor's link and our address on it are there, and what comes of it: who may have
// a session, and from where its BFD is sent.
#pragma once

#include "daemon/bfd_absences.hpp"
#include "daemon/neighbor_restarts.hpp"
#include "daemon/next_hops.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

class Attachments {
public:
    Attachments(RouterState& state, NextHops& next_hops, NeighborRestarts& restarts,
                BfdAbsences& bfd_absences)
        : state_(state), next_hops_(next_hops), restarts_(restarts), bfd_absences_(bfd_absences) {}

    // Whatever it depends on may have changed: links, addresses, BFD, the configuration. Only while
    // there is BGP.
    void follow(Neighbor& neighbor);
    void follow_all();

private:
    void follow_link(Neighbor& neighbor, const Attachment& attachment);
    void end_without_address(const Neighbor& neighbor);
    void follow_bfd(Neighbor& neighbor, std::string& missing);
    void note_beyond_bfd(Neighbor& neighbor, bool beyond);

    RouterState& state_;
    NextHops& next_hops_;
    NeighborRestarts& restarts_;
    BfdAbsences& bfd_absences_;
};

}  // namespace dx::daemon
