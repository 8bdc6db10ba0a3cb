// BGP that is Established while its BFD does not come Up: nothing fails of it, so nobody would ever
// hear that a circuit runs unwatched. It is told once a session, a while after BGP came up.
#pragma once

#include <map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/router_state.hpp"

namespace dx::daemon {

class BfdAbsences {
public:
    BfdAbsences(boost::asio::io_context& io, RouterState& state) : io_(io), state_(state) {}

    // To be called when the neighbor's session, its BFD or its configuration has changed.
    void follow(const Neighbor& neighbor);

private:
    // Of one BGP session; stays when it was told.
    struct Watch {
        fib::SessionEpoch epoch;
        boost::asio::steady_timer timer;
    };

    bool is_absent(const Neighbor& neighbor) const;
    void find_out(bgp::NeighborId id, fib::SessionEpoch epoch);
    void tell(const Neighbor& neighbor, const BfdSessions::PeerStatus& known) const;

    boost::asio::io_context& io_;
    RouterState& state_;
    std::map<bgp::NeighborId, Watch> watches_;
};

}  // namespace dx::daemon
