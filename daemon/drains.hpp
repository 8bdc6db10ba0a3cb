// `drain` and `undrain`: a neighbor goes out of use without a lost packet, and comes back. What is
// drained stays so over restarts (drain_record.hpp).
#pragma once

#include <functional>
#include <optional>
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
        // What depends on the neighbor now.
        std::function<void(const Neighbor&, std::function<void(const fib::Reliance&)>)> rely_on;
        // To use and announce the neighbor as it is from now on, or end its session.
        std::function<void(Neighbor&)> follow;
        std::function<void(std::set<std::string>)> keep;  // all that are drained now, by name
        // Tells when that is on the disk, with an empty text, or why it is not.
        std::function<void(std::function<void(const std::string& trouble)>)> when_kept;
    };

    Drains(boost::asio::io_context& io, RouterState& state, Revivals& revivals, Drills& drills,
           Hooks hooks)
        : io_(io), state_(state), revivals_(revivals), drills_(drills), hooks_(std::move(hooks)) {}

    // Answers when it has begun and the disk knows of it, or why it has not.
    void drain(const control::DrainRequest& request, control::ResultAnswer answer);
    // A failover test too.
    void undrain(const control::UndrainRequest& request, const control::ResultAnswer& answer);

    // What was drained when the run before ended is so from the start: before BGP begins. It is
    // told when events can be.
    void restore(std::set<std::string> names);
    void tell_restored();

    // Neighbors may be gone, or a change may wait for its confirmation no longer. Who is not there
    // is not drained, unless the change that removed it waits: it may be taken back by itself.
    void note();

    void take_up(Neighbor& added);  // it may be back, and was drained when it went

private:
    control::CommandResult drain_knowing(const control::DrainRequest& request,
                                         const fib::Reliance& what);
    control::CommandResult give_back(Neighbor& neighbor, const std::optional<control::Client>& by);
    void answer_when_kept(control::CommandResult result, const char* after_a_restart,
                          control::ResultAnswer answer);
    control::CommandResult lead_away(Neighbor& neighbor, Drain::Clock::duration wait);
    void end_after(Neighbor& neighbor, Drain::Clock::duration pause);
    void end_when_moved(Neighbor& neighbor);
    void end(Neighbor& neighbor);
    void put_out_of_use(Neighbor& neighbor);
    bool is_remembered(const std::string& gone);

    boost::asio::io_context& io_;
    RouterState& state_;
    Revivals& revivals_;
    Drills& drills_;
    Hooks hooks_;
    std::set<std::string> noted_;   // drained, by name; with those of
    std::set<std::string> absent_;  // ... neighbors that a change which waits has removed
};

}  // namespace dx::daemon
