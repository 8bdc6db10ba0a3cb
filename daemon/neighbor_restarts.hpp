// Graceful restart of neighbors (RFC 4724 4.2, RFC 9494): what is done with the routes that stay in
// use while one is away (retention.hpp says until when).
#pragma once

#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

class NeighborRestarts {
public:
    NeighborRestarts(boost::asio::io_context& io, RouterState& state, RibWork& rib_work)
        : state_(state), rib_work_(rib_work), timer_(io) {}

    // The session has ended: what is kept of it. Forwarding is told of the loss if nothing is.
    bgp::Families keep(Neighbor& neighbor, const bgp::DownReason& reason);
    void note_kept(const Neighbor& neighbor) const;

    // There is a session again, and its epoch is still that of the one before.
    void resume(Neighbor& neighbor);

    // Whatever it was waited for will not come. Nothing without something kept.
    void give_up(Neighbor& neighbor, std::string_view why);  // the operator wants it anew
    void lose(Neighbor& neighbor, std::string_view why);     // a failure, which is the circuit's

    void stop() { timer_.cancel(); }

private:
    void arm();
    void advance();
    void advance(Neighbor& neighbor);
    void end_phase(Neighbor& neighbor, const Retention::Ended& ended);

    RouterState& state_;
    RibWork& rib_work_;
    boost::asio::steady_timer timer_;  // the next phase's end, of all neighbors
};

}  // namespace dx::daemon
