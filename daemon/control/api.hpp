// The control API: which path and verb go to which handler. Pure dispatch over a table; one handler
// a noun, each in its own file. README.md in this folder documents every endpoint.
#pragma once

#include "daemon/control/config_commands.hpp"
#include "daemon/control/http.hpp"
#include "daemon/control/router_queries.hpp"

namespace dx::control {

class Api {
public:
    // All outlive the Api.
    Api(const RouterQueries& queries, RouterCommands& commands, ConfigCommands& configuration)
        : queries_(queries), commands_(commands), configuration_(configuration) {}

    enum class Access { Full, ReadOnly };  // ReadOnly: what is not a GET is refused

    Reply handle(const Request& request, Access access) const;

private:
    const RouterQueries& queries_;
    RouterCommands& commands_;
    ConfigCommands& configuration_;
};

}  // namespace dx::control
