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

// "1 of 3 routes have no other way (10.0.0.0/16)"; empty where all have.
std::string without_another_way(const fib::Reliance& what);

class Drills {
public:
    struct Hooks {
        // What depends on the neighbor now.
        std::function<void(const Neighbor&, std::function<void(const fib::Reliance&)>)> rely_on;
        // The traffic moves, and `moved` is told when it has; the session ends, and comes back by
        // itself after as long as the test lasts: nothing here has to live for that.
        std::function<void(const Neighbor& neighbor, FailoverTest::Clock::duration lasts,
                           std::function<void(const netlink::FailoverAnswer&)> moved)>
            take_away;
        // Whether what has moved still has a way: a prefix that has none.
        std::function<void(std::function<void(const std::optional<net::Prefix>&)>)> look_after;
        std::function<void(const Neighbor&)> give_back;  // sooner
        std::function<void()> over;                      // nobody looks after it any more
        // So long after that, and the neighbor's return-delay, it is to be in use again.
        std::chrono::milliseconds patience{std::chrono::minutes(5)};
    };

    Drills(boost::asio::io_context& io, RouterState& state, const Revivals& revivals, Hooks hooks)
        : io_(io), state_(state), revivals_(revivals), hooks_(std::move(hooks)) {}

    // Answers when the circuit is taken away, or why it is not.
    void begin(const control::FailoverTestRequest& request, control::ResultAnswer answer);

    bool under_way(const Neighbor& neighbor) { return test_of(neighbor) != nullptr; }

    void end_early(const Neighbor& neighbor);  // the operator has seen enough

    // Nothing where no test of the neighbor is under way.
    void note_established(const Neighbor& neighbor);
    void note_back_in_use(const Neighbor& neighbor);
    void note_down(const Neighbor& other, std::string_view why);  // with its routes
    // A circuit that is away is given back, for whoever ends a test may end its own reason too: say
    // what keeps it down before this.
    void abort(const Neighbor& neighbor, std::string_view why);

private:
    FailoverTest* test_of(const Neighbor& neighbor);
    control::CommandResult begin_knowing(const control::FailoverTestRequest& request,
                                         const fib::Reliance& what);
    void take_away(const Neighbor& neighbor, FailoverTest& test);
    void look_after(FailoverTest& test);
    void end_as_lost(std::string why);
    void stop_watching(FailoverTest& test);
    void give_back();
    void await_return(const Neighbor& neighbor, FailoverTest& test);
    void report(const Neighbor& neighbor, std::string verdict);

    boost::asio::io_context& io_;
    RouterState& state_;
    const Revivals& revivals_;
    Hooks hooks_;
};

}  // namespace dx::daemon
