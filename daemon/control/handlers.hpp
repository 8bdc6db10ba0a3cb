// One function an endpoint; api.cpp has the table. A handler reads the request, asks the router and
// writes JSON; what it cannot make sense of is a 400 with the reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/control/config_commands.hpp"
#include "daemon/control/http.hpp"
#include "daemon/control/router_queries.hpp"

namespace dx::control {

struct Call {
    const Request& request;
    const RouterQueries& queries;
    RouterCommands& commands;
    ConfigCommands& configuration;
    std::vector<std::string> captured;  // what stood in place of each "*" of the path
};

Reply get_metrics(const Call& call);
Reply get_health(const Call& call);
Reply get_version(const Call& call);
Reply get_bfd_peers(const Call& call);
Reply get_bgp_summary(const Call& call);
Reply get_bgp_routes(const Call& call);
Reply get_neighbors(const Call& call);
Reply get_neighbor(const Call& call);
Reply get_neighbor_received(const Call& call);
Reply get_neighbor_accepted(const Call& call);
Reply get_neighbor_advertised(const Call& call);
Reply get_neighbor_held_back(const Call& call);
Reply get_neighbor_history(const Call& call);
Reply get_events(const Call& call);
Reply get_routes(const Call& call);
Reply get_why(const Call& call);
Reply get_policy_test(const Call& call);
Reply get_interfaces(const Call& call);
Reply get_running_config(const Call& call);
Reply get_config_history(const Call& call);
Reply get_config_entry(const Call& call);
Reply post_config_check(const Call& call);
Reply post_config_diff(const Call& call);
Reply post_config_apply(const Call& call);
Reply post_config_confirm(const Call& call);
Reply post_config_abort(const Call& call);
Reply post_config_rollback(const Call& call);
Reply post_clear(const Call& call);
Reply post_reload(const Call& call);
Reply post_drain(const Call& call);
Reply post_undrain(const Call& call);
Reply get_failover_test(const Call& call);
Reply post_failover_test(const Call& call);

}  // namespace dx::control
