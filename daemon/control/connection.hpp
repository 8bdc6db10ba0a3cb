// One client: requests in turn until it goes, errs or dawdles. The only part that knows
// Boost.Beast, and that in connection.cpp alone.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "daemon/control/api.hpp"
#include "daemon/control/server.hpp"

namespace dx::control {

using ClientSocket = boost::asio::generic::stream_protocol::socket;  // of either kind of listener

struct ConnectionContext {  // what the connections of a listener share; outlives them
    const Api& api;
    Api::Access access;
    const Server::BugReport& on_bug;
    const ServerLimits& limits;
};

class Connection {
public:
    virtual ~Connection() = default;

    virtual boost::asio::awaitable<void> run() = 0;
    virtual boost::asio::awaitable<void> turn_away() = 0;  // 503: there are too many already
    virtual void close() = 0;                              // at once; run() then ends
};

std::unique_ptr<Connection> serve_client(ClientSocket socket, const ConnectionContext& context);

}  // namespace dx::control
