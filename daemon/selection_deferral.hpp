// Our own graceful restart (RFC 4724 4.1): routes are not chosen before the neighbors have told
// theirs, or had the time to; forwarding goes on by what an earlier run left. What neighbors are
// told of it is in own_restart.hpp.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/next_hops.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

class SelectionDeferral {
public:
    SelectionDeferral(boost::asio::io_context& io, RouterState& state, const NextHops& next_hops,
                      RibWork& rib_work)
        : state_(state), next_hops_(next_hops), rib_work_(rib_work), timer_(io) {}

    // The kernel's routes have been read. `begin` is called, perhaps later, when it is known
    // whether some of them are ours.
    void find_out_what_was_kept(std::function<void()> begin);

    // Lets routes be chosen where everybody that is waited for has told all. Called after every
    // change of the tables.
    void follow() {
        if (state_.restart.under_way()) select_complete();
    }

    void end();  // whatever is missing
    void announce_anew(
        const Neighbor& neighbor);  // its next OPEN says something else than the last

    // As we stop: whoever is to wait for our return is left without a word.
    void leave_those_who_wait();

    void stop() { timer_.cancel(); }

private:
    void defer(bgp::Families families);
    void select_complete();
    void select(bgp::Families families);
    void note_selection(net::Family family) const;

    RouterState& state_;
    const NextHops& next_hops_;
    RibWork& rib_work_;
    boost::asio::steady_timer timer_;
};

}  // namespace dx::daemon
