// The router's state as the control API wants to see it: values filled in, nothing changed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/control/router_queries.hpp"
#include "daemon/journal.hpp"
#include "daemon/next_hops.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

// What the queries read. All of it outlives them.
struct QuerySources {
    const RouterState& state;
    const NextHops& next_hops;
    const Journal& journal;
    EventStream& events;
    boost::asio::io_context& routing;  // the loop of that thread
    std::function<std::vector<control::StateFileView>()> state_files;
    std::function<std::vector<control::ListenerView>()> listeners;
};

std::unique_ptr<control::RouterQueries> make_queries(const QuerySources& sources);

control::Milliseconds since(RouterState::Clock::time_point then);
std::optional<control::Milliseconds> since(
    const std::optional<RouterState::Clock::time_point>& then);

// One noun each, in a file of the same name.
control::NeighborView neighbor_view(const RouterState& state, const Neighbor& neighbor);
// What a neighbor that is back waits for: "return-delay, used again in 8 s".
std::string return_text(const Neighbor& neighbor);
// Of a path that outlives its session, until when; "": it does not.
std::string kept_text(const RouterState& state, const net::Prefix& prefix,
                      const bgp::PathView& path);
std::optional<control::BfdView> bfd_view(const RouterState& state, const Neighbor& neighbor);
control::BfdPeerView bfd_peer_view(const RouterState& state, const BfdSessions::PeerStatus& status);
std::unique_ptr<control::BgpWalk> bgp_walk(const RouterState& state,
                                           const control::BgpQuery& query);
control::BgpRouteView explained_route(const RouterState& state,
                                      const bgp::Explanation& explanation);
control::WhyView why_view(const RouterState& state, const NextHops& next_hops,
                          const net::Prefix& prefix);
control::PolicyTest policy_test(const RouterState& state, const control::PolicyTestQuery& query);

// The policy as the file has it now: one that a reload did not change is still the earlier one,
// whose rules may have stood in other lines.
const bgp::Policy& in_file(const config::Config& config, const bgp::Policy& policy);

// What a policy did with a route that went from `from` to `to` (none: it was rejected).
control::PolicyRunView policy_run(const RouterState& state, const bgp::Policy& policy,
                                  const bgp::PathAttributes& from, const bgp::RouteTrace& trace,
                                  const bgp::PathAttributes* to);
std::unique_ptr<control::RouteWalk> route_walk(const RouterState& state,
                                               const control::RouteQuery& query);
control::FibView fib_view(const netlink::FibStats& stats);
control::HealthView health_view(const RouterState& state,
                                std::chrono::system_clock::time_point started);
void ask_threads(const RouterState& state, boost::asio::io_context& routing,
                 std::function<void(std::vector<control::ThreadView>)> answer);
control::InterfaceView interface_view(const RouterState& state,
                                      const netlink::Interface& interface);

}  // namespace dx::daemon
