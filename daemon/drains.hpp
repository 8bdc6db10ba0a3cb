// `drain` and `undrain`: a neighbor goes out of use without a lost packet, and comes back.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "daemon/control/api.hpp"
#include "daemon/drills.hpp"
#include "daemon/revivals.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

// Why `neighbor` cannot be drained now; empty: it can.
std::string refusal_to_drain(const Neighbor& neighbor, const RouterState& state);

class Drains {
public:
    // `follow` is to use and announce the neighbor as it is from now on, or end its session.
    Drains(boost::asio::io_context& io, RouterState& state, Revivals& revivals, Drills& drills,
           std::function<void(Neighbor&)> follow)
        : io_(io),
          state_(state),
          revivals_(revivals),
          drills_(drills),
          follow_(std::move(follow)) {}

    control::CommandResult drain(const control::DrainRequest& request);
    control::CommandResult undrain(const control::UndrainRequest& request);  // a failover test too

private:
    control::CommandResult lead_away(Neighbor& neighbor, Drain::Clock::duration wait);
    void end(Neighbor& neighbor);

    boost::asio::io_context& io_;
    RouterState& state_;
    Revivals& revivals_;
    Drills& drills_;
    std::function<void(Neighbor&)> follow_;
};

}  // namespace dx::daemon
