// `failover-test`: a circuit is taken away as a failure would, what comes of it is measured, and it
// is given back, whoever still listens. Decides and measures; who takes it away and gives it back
// are hooks.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "daemon/control/api.hpp"
#include "daemon/failover_test.hpp"
#include "daemon/revivals.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

// Why no test of `neighbor` can begin now; empty: it can.
std::string refusal(const control::FailoverTestRequest& request, const Neighbor& neighbor,
                    const RouterState& state, const Revivals& revivals);

class Drills {
public:
    struct Hooks {
        // The traffic moves, and `moved` is told when it has; the session ends, and comes back by
        // itself after as long as the test lasts: nothing here has to live for that.
        std::function<void(const Neighbor& neighbor, FailoverTest::Clock::duration lasts,
                           std::function<void(const netlink::FailoverAnswer&)> moved)>
            take_away;
        std::function<void(const Neighbor&)> give_back;  // sooner
    };

    Drills(boost::asio::io_context& io, RouterState& state, const Revivals& revivals, Hooks hooks)
        : io_(io), state_(state), revivals_(revivals), hooks_(std::move(hooks)) {}

    control::CommandResult begin(const control::FailoverTestRequest& request);

    bool under_way(const Neighbor& neighbor) { return test_of(neighbor) != nullptr; }

    void end_early(const Neighbor& neighbor);  // the operator has seen enough

    // Nothing where no test of the neighbor is under way.
    void note_established(const Neighbor& neighbor);
    void note_back_in_use(const Neighbor& neighbor);
    void abort(const Neighbor& neighbor, std::string_view why);

private:
    FailoverTest* test_of(const Neighbor& neighbor);
    void take_away(const Neighbor& neighbor, FailoverTest& test);
    void give_back();
    void report(const Neighbor& neighbor, std::string verdict);

    boost::asio::io_context& io_;
    RouterState& state_;
    const Revivals& revivals_;
    Hooks hooks_;
};

}  // namespace dx::daemon
