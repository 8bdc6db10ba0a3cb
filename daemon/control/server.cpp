#include "daemon/control/server.hpp"

#include <algorithm>
#include <exception>
#include <list>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/control/connection.hpp"

namespace dx::control {
namespace {

namespace asio = boost::asio;

using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// The address may come later: with its interface, or when IPv6 has found it to be unique. IPv6
// sockets heed the option too; where it fails, bind says what is wrong.
void allow_missing_address(asio::ip::tcp::acceptor& acceptor) {
    const int yes = 1;
    ::setsockopt(acceptor.native_handle(), IPPROTO_IP, IP_FREEBIND, &yes, sizeof yes);
}

// Who only looks has nothing to send.
ServerLimits for_readers(ServerLimits limits) {
    limits.body_bytes = std::min<std::uint64_t>(limits.body_bytes, 1024);
    return limits;
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Impl> {
public:
    using Connections = std::list<Connection*>;

    // Those who come by one of the two ways. Apart, so that those who only look cannot keep the
    // operator out.
    struct Clients {
        ConnectionContext context;
        Connections connections;
    };

    Impl(asio::any_io_executor executor, const Api& api, BugReport on_bug, ServerLimits limits)
        : executor_(std::move(executor)),
          on_bug_(std::move(on_bug)),
          limits_(limits),
          reader_limits_(for_readers(limits)),
          full_{{api, Api::Access::Full, on_bug_, limits_}, {}},
          read_only_{{api, Api::Access::ReadOnly, on_bug_, reader_limits_}, {}} {}

    template <class Acceptor>
    void serve(std::shared_ptr<Acceptor> acceptor, Clients& clients) {
        asio::co_spawn(executor_, accept_loop(shared_from_this(), std::move(acceptor), clients),
                       asio::detached);
    }

    void stop() {
        close_unix();
        stop_tcp();
        for (auto* clients : {&full_, &read_only_})
            for (auto* connection : clients->connections)
                connection->close();
    }

    void close_unix() {
        file_.reset();  // first: a successor finds us answering, or no file
        if (unix_) unix_->close();
        unix_.reset();
    }

    void stop_tcp() {
        if (tcp_) tcp_->close();
        tcp_.reset();
    }

    asio::any_io_executor executor_;
    BugReport on_bug_;
    ServerLimits limits_;
    ServerLimits reader_limits_;
    Clients full_;
    Clients read_only_;
    std::optional<UnixSocketFile> file_;
    std::shared_ptr<asio::local::stream_protocol::acceptor> unix_;
    std::shared_ptr<asio::ip::tcp::acceptor> tcp_;

private:
    template <class Acceptor>
    static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self,
                                             std::shared_ptr<Acceptor> acceptor, Clients& clients) {
        while (acceptor->is_open()) {
            auto [error, socket] = co_await acceptor->async_accept(kTuple);
            if (error == asio::error::operation_aborted) co_return;
            if (error) {
                co_await self->pause();  // out of descriptors, most likely: some will come back
                continue;
            }
            asio::co_spawn(self->executor_,
                           converse(self, ClientSocket(std::move(socket)), clients),
                           asio::detached);
        }
    }

    // In the list for as long as it lives, however its coroutine ends.
    class Registration {
    public:
        Registration(Connections& connections, Connection& connection)
            : connections_(connections),
              place_(connections.insert(connections.end(), &connection)) {}

        Registration(const Registration&) = delete;
        Registration& operator=(const Registration&) = delete;

        ~Registration() { connections_.erase(place_); }

    private:
        Connections& connections_;
        Connections::iterator place_;
    };

    static asio::awaitable<void> converse(std::shared_ptr<Impl> self, ClientSocket socket,
                                          Clients& clients) {
        const auto connection = serve_client(std::move(socket), clients.context);
        const Registration registration(clients.connections, *connection);
        try {
            if (clients.connections.size() > self->limits_.connections)
                co_await connection->turn_away();
            else
                co_await connection->run();
        } catch (const std::exception& bug) {
            self->on_bug_(bug.what());  // while a table was written: only the connection ends
        }
    }

    asio::awaitable<void> pause() {
        asio::steady_timer timer(executor_, std::chrono::milliseconds(100));
        co_await timer.async_wait(kTuple);
    }
};

Server::Server(asio::any_io_executor executor, const Api& api, BugReport on_bug,
               ServerLimits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), api, std::move(on_bug), limits)) {}

Server::~Server() {
    stop();
}

boost::system::result<std::vector<std::string>, std::string> Server::listen(
    const UnixSocketSettings& settings) {
    if (impl_->file_ && impl_->file_->path() == settings.path) impl_->close_unix();
    auto opened = UnixSocketFile::open(settings);
    if (!opened) return opened.error();
    impl_->close_unix();
    impl_->file_ = std::move(opened->file);
    impl_->unix_ = std::make_shared<asio::local::stream_protocol::acceptor>(
        impl_->executor_, asio::local::stream_protocol(), opened->descriptor);
    impl_->serve(impl_->unix_, impl_->full_);
    return std::move(opened->warnings);
}

boost::system::result<std::uint16_t, std::string> Server::listen(const net::IpAddress& address,
                                                                 std::uint16_t port) {
    stop_tcp();
    const auto where = asio::ip::make_address(address.to_string());
    const asio::ip::tcp::endpoint endpoint(where, port);
    auto acceptor = std::make_shared<asio::ip::tcp::acceptor>(impl_->executor_);
    error_code error;
    const auto attempt = [&](auto step) {
        if (!error) step();
    };
    attempt([&] { acceptor->open(endpoint.protocol(), error); });
    attempt([&] { acceptor->set_option(asio::socket_base::reuse_address(true), error); });
    attempt([&] { allow_missing_address(*acceptor); });
    attempt([&] { acceptor->bind(endpoint, error); });
    attempt([&] { acceptor->listen(asio::socket_base::max_listen_connections, error); });
    if (error)
        return address.to_string() + " port " + std::to_string(port) + ": " + error.message();
    impl_->tcp_ = acceptor;
    impl_->serve(std::move(acceptor), impl_->read_only_);
    return impl_->tcp_->local_endpoint().port();
}

void Server::stop_tcp() {
    impl_->stop_tcp();
}

void Server::stop() {
    impl_->stop();
}

}  // namespace dx::control
