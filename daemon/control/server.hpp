// HTTP/1.1 over the control socket and, for reading only, over TCP. Runs as coroutines on the
// routing thread; handlers are called there. A client that is slow, silent or hostile costs a
// bounded amount of memory for a bounded time and holds up nobody.
// Accepts; what happens on a connection is connection.hpp's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>

#include "daemon/control/api.hpp"
#include "daemon/control/unix_socket.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::control {

struct ServerLimits {
    std::size_t connections = 64;  // at once on a listener; one more gets 503
    std::uint32_t header_bytes = 8 * 1024;
    // Of those with full access: a configuration with every prefix set in it.
    std::uint64_t body_bytes = 16 * 1024 * 1024;
    std::chrono::milliseconds read_time{10'000};  // for a whole request, idle time included
    // For each piece of a reply: long, because people read tables in a pager.
    std::chrono::milliseconds write_time{300'000};
};

class Server {
public:
    // Told of an exception that a handler let out: our bug; its client gets a 500.
    using BugReport = std::function<void(std::string_view what)>;

    // `api` outlives the server. The executor runs on the routing thread.
    Server(boost::asio::any_io_executor executor, const Api& api, BugReport on_bug,
           ServerLimits limits = {});
    ~Server();  // as stop()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // The control socket, with full access. Gives warnings to be logged, or the error.
    boost::system::result<std::vector<std::string>, std::string> listen(
        const UnixSocketSettings& settings);

    // `http.listen`, read-only; takes the place of an earlier one. The address need not exist yet.
    // Gives the port (which matters where 0 was asked for).
    boost::system::result<std::uint16_t, std::string> listen(const net::IpAddress& address,
                                                             std::uint16_t port);
    void stop_tcp();

    // No more connections; those that are open end at once, the socket file goes.
    void stop();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;  // shared with the connections' coroutines, which may end later
};

}  // namespace dx::control
