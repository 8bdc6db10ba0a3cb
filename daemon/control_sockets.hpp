// The control API's sockets: dxctl's, and that of `http`.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

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

    // Empty, or why it is not open; then it is tried again by itself.
    std::string follow_http();

    const std::string& http_trouble() const { return http_trouble_; }  // empty: none

    // A socket that cannot be opened must not cost the one that there is. Empty, or why it stays.
    std::string change(const config::Control& before);

    void stop() {
        http_retry_.cancel();
        server_.stop();
    }

private:
    enum class Group : bool { IfPossible, AsAsked };

    std::string open_control(Group group);
    void open_http();
    void note_http(const std::string& trouble);

    RouterState& state_;
    std::unique_ptr<control::RouterQueries> queries_;
    control::Api api_;
    control::Server server_;
    boost::asio::steady_timer http_retry_;
    std::string http_trouble_;
};

}  // namespace dx::daemon
