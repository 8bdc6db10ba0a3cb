// The control API's sockets: dxctl's, and that of `http`.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "daemon/control/api.hpp"
#include "daemon/control/router_queries.hpp"
#include "daemon/control/server.hpp"
#include "daemon/queries.hpp"
#include "daemon/router_state.hpp"

namespace dx::daemon {

class ControlSockets {
public:
    ControlSockets(RouterState& state, const QuerySources& sources, control::RouterCommands& router,
                   control::ConfigCommands& configuration);

    // As configured; throws std::runtime_error where dxctl's cannot be. A group that cannot have it
    // is no reason not to route: it is its owner's then, with a warning.
    void open();

    // Empty, or why it is not open.
    std::string follow_http();

    // A socket that cannot be opened must not cost the one that there is. Empty, or why it stays.
    std::string change(const config::Control& before);

    void stop() { server_.stop(); }

private:
    enum class Group : bool { IfPossible, AsAsked };

    std::string open_control(Group group);

    RouterState& state_;
    std::unique_ptr<control::RouterQueries> queries_;
    control::Api api_;
    control::Server server_;
};

}  // namespace dx::daemon
