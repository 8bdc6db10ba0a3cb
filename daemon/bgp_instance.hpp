// BGP as a whole: it begins when there is a router id, and ends and begins anew where a change of
// the configuration asks for that; the neighbors' coming and going.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/attachments.hpp"
#include "daemon/change_effect.hpp"
#include "daemon/drills.hpp"
#include "daemon/local_routes.hpp"
#include "daemon/revivals.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"
#include "daemon/selection_deferral.hpp"

namespace dx::daemon {

class BgpInstance {
public:
    struct Parts {
        bgp::SessionEvents& session_events;
        NextHops& next_hops;
        LocalRoutes& local_routes;
        RibWork& rib_work;
        Revivals& revivals;
        NeighborRestarts& restarts;
        SelectionDeferral& deferral;
        Attachments& attachments;
        Drills& drills;
        ChangeEffects& change_effects;
    };

    struct Hooks {
        std::function<void(Neighbor&)> added;  // before anybody is told of it
        std::function<void()> tried;           // start() has: BGP runs, or waits for a router id
    };

    BgpInstance(boost::asio::io_context& io, RouterState& state, const Parts& parts, Hooks hooks)
        : io_(io), state_(state), parts_(parts), hooks_(std::move(hooks)) {}

    // Ends without a word: see Speaker::stop.
    ~BgpInstance();

    BgpInstance(const BgpInstance&) = delete;
    BgpInstance& operator=(const BgpInstance&) = delete;

    // Nothing where it runs, or forwarding is not ready.
    void start();

    // Ends all sessions and forgets all routes of BGP; start() may follow at once, while the
    // speaker that ends still sends its last words.
    void stop(std::string_view why);

    void set_neighbors();  // as configured, none of them started: while it does not run

    // These while it runs.
    void add(const config::Neighbor& neighbor);
    void remove(Neighbor& neighbor);

    // Uses and announces the neighbor as it is now, or ends its session. As it starts, nothing:
    // that will.
    void follow(Neighbor& neighbor);

private:
    void run();
    void start(Neighbor& neighbor);
    void forget(Neighbor& neighbor);
    void forget_speaker(const bgp::Speaker* ended);

    boost::asio::io_context& io_;
    RouterState& state_;
    Parts parts_;
    Hooks hooks_;
    std::vector<std::unique_ptr<bgp::Speaker>> ending_;  // they still send their last words
};

}  // namespace dx::daemon
