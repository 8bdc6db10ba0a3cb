// `drain` and `undrain`: a neighbor goes out of use without a lost packet, and comes back. What is
// drained stays so over restarts (drain_record.hpp).
#pragma once

#include <functional>
#include <set>
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
    struct Hooks {
        // To use and announce the neighbor as it is from now on, or end its session.
        std::function<void(Neighbor&)> follow;
        std::function<void(std::set<std::string>)> keep;  // all that are drained now, by name
    };

    Drains(boost::asio::io_context& io, RouterState& state, Revivals& revivals, Drills& drills,
           Hooks hooks)
        : io_(io), state_(state), revivals_(revivals), drills_(drills), hooks_(std::move(hooks)) {}

    control::CommandResult drain(const control::DrainRequest& request);
    control::CommandResult undrain(const control::UndrainRequest& request);  // a failover test too

    // What was drained when the run before ended is so from the start: before BGP begins.
    void restore(const std::set<std::string>& names);

    void note();  // neighbors may be gone: what is not there any longer is not drained

private:
    control::CommandResult lead_away(Neighbor& neighbor, Drain::Clock::duration wait);
    void end(Neighbor& neighbor);

    boost::asio::io_context& io_;
    RouterState& state_;
    Revivals& revivals_;
    Drills& drills_;
    Hooks hooks_;
};

}  // namespace dx::daemon
