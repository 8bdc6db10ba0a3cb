#include "daemon/control/server.hpp"

#include <exception>
#include <list>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace dx::control {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;  // of either kind of listener
using Stream = beast::basic_stream<asio::generic::stream_protocol>;
using Parser = http::request_parser<http::string_body>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

struct Piece {
    std::string text;
    bool more;
};

// The stream's next piece, by way of the loop: others get their turn between two pieces.
asio::awaitable<Piece> next_piece(BodyStream& stream) {
    const auto executor = co_await asio::this_coro::executor;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Piece)>(
        [&stream, executor](auto handler) {
            auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
            stream.next([waiting, executor](std::string text, bool more) {
                asio::post(executor, [waiting, piece = Piece{std::move(text), more}]() mutable {
                    std::move (*waiting)(std::move(piece));
                });
            });
        },
        asio::use_awaitable);
}

Verb verb_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
        case http::verb::head: return Verb::Get;
        case http::verb::post: return Verb::Post;
        default: return Verb::Other;
    }
}

template <class Message>
void fill_header(const Reply& reply, Message& message) {
    message.result(reply.status);
    message.set(http::field::server, "dxrouted");
    message.set(http::field::content_type, reply.content_type);
    message.set(http::field::cache_control, "no-store");
    if (!reply.allow.empty()) message.set(http::field::allow, reply.allow);
}

// What to say of a request that could not be read; none where nobody would hear it.
std::optional<Reply> refusal(const error_code& error) {
    if (error == http::error::header_limit) return error_reply(431, "the header is too long");
    if (error == http::error::body_limit) return error_reply(413, "the body is longer than 1 MiB");
    if (error == http::error::end_of_stream || error == http::error::partial_message) return {};
    if (error.category() == http::make_error_code(http::error::bad_method).category())
        return error_reply(400, "this is not HTTP: " + error.message());
    return {};
}

// One client: requests in turn until it goes, errs or dawdles.
class Connection {
public:
    Connection(Socket socket, const Api& api, Api::Access access, const Server::BugReport& on_bug,
               const ServerLimits& limits)
        : stream_(std::move(socket)),
          api_(api),
          access_(access),
          on_bug_(on_bug),
          limits_(limits) {}

    asio::awaitable<void> run() {
        bool go_on = true;
        while (go_on)
            go_on = co_await exchange();
        close();
    }

    asio::awaitable<void> turn_away() {
        co_await write(error_reply(503, "too many connections"), http::verb::get, 11, false);
        close();
    }

    void close() {
        error_code ignored;
        stream_.socket().shutdown(asio::socket_base::shutdown_both, ignored);
        stream_.close();
    }

private:
    // One request and its reply; false when the connection is to end.
    asio::awaitable<bool> exchange() {
        Parser parser;
        parser.header_limit(limits_.header_bytes);
        parser.body_limit(limits_.body_bytes);
        stream_.expires_after(limits_.read_time);
        const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, kTuple);
        if (error) {
            if (auto reply = refusal(error))
                co_await write(std::move(*reply), http::verb::get, 11, false);
            co_return false;
        }
        const auto& message = parser.get();
        const bool keep = message.keep_alive();
        co_return co_await write(answer(message), message.method(), message.version(), keep);
    }

    Reply answer(const Parser::value_type& message) const {
        Request request;
        request.verb = verb_of(message.method());
        if (!parse_target(message.target(), request))
            return error_reply(400, "the path or its escapes are malformed");
        request.body = message.body();
        try {
            return api_.handle(request, access_);
        } catch (const std::exception& bug) {
            on_bug_(bug.what());
            return error_reply(500, "dxrouted has a bug here; its log says more");
        }
    }

    asio::awaitable<bool> write(Reply reply, http::verb method, unsigned version, bool keep) {
        const bool head = method == http::verb::head;
        if (reply.stream) co_return co_await write_stream(std::move(reply), head, version, keep);
        http::response<http::string_body> response;
        response.version(version);
        fill_header(reply, response);
        response.body() = std::move(reply.body);
        response.keep_alive(keep);
        response.prepare_payload();
        if (head) response.body().clear();  // Content-Length stays what GET would have
        stream_.expires_after(limits_.write_time);
        const auto [error, size] = co_await http::async_write(stream_, response, kTuple);
        co_return !error && keep;
    }

    // In chunks; HTTP/1.0 does not know them, there the end of the connection ends the body.
    asio::awaitable<bool> write_stream(Reply reply, bool head, unsigned version, bool keep) {
        const bool chunked = version >= 11;
        keep = keep && chunked;
        http::response<http::empty_body> response;
        response.version(version);
        fill_header(reply, response);
        response.chunked(chunked);
        response.keep_alive(keep);
        http::response_serializer<http::empty_body> serializer(response);
        stream_.expires_after(limits_.write_time);
        const auto [error, size] = co_await http::async_write_header(stream_, serializer, kTuple);
        if (error) co_return false;
        if (head) co_return keep;
        const bool written = co_await write_pieces(std::move(reply), chunked);
        co_return written&& keep;
    }

    asio::awaitable<bool> write_pieces(Reply reply, bool chunked) {
        Piece piece{std::move(reply.body), true};
        while (stream_.socket().is_open()) {
            if (!piece.text.empty()) {
                const bool written = co_await write_piece(piece.text, chunked);
                if (!written) co_return false;
            }
            if (!piece.more) co_return co_await write_end(chunked);
            piece = co_await next_piece(*reply.stream);
        }
        co_return false;
    }

    asio::awaitable<bool> write_piece(const std::string& text, bool chunked) {
        stream_.expires_after(limits_.write_time);
        const auto bytes = asio::buffer(text);
        if (chunked) {
            const auto [error, size] =
                co_await asio::async_write(stream_, http::make_chunk(bytes), kTuple);
            co_return !error;
        }
        const auto [error, size] = co_await asio::async_write(stream_, bytes, kTuple);
        co_return !error;
    }

    asio::awaitable<bool> write_end(bool chunked) {
        if (!chunked) co_return true;
        const auto [error, size] =
            co_await asio::async_write(stream_, http::make_chunk_last(), kTuple);
        co_return !error;
    }

    Stream stream_;
    beast::flat_buffer buffer_{64 * 1024};
    const Api& api_;
    Api::Access access_;
    const Server::BugReport& on_bug_;
    const ServerLimits& limits_;
};

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(asio::any_io_executor executor, const Api& api, BugReport on_bug, ServerLimits limits)
        : executor_(std::move(executor)), api_(api), on_bug_(std::move(on_bug)), limits_(limits) {}

    template <class Acceptor>
    void serve(std::shared_ptr<Acceptor> acceptor, Api::Access access) {
        asio::co_spawn(executor_, accept_loop(shared_from_this(), std::move(acceptor), access),
                       asio::detached);
    }

    void stop() {
        file_.reset();  // first: a successor finds us answering, or no file
        if (unix_) unix_->close();
        unix_.reset();
        stop_tcp();
        for (auto* connections : {&full_, &read_only_})
            for (auto* connection : *connections)
                connection->close();
    }

    void stop_tcp() {
        if (tcp_) tcp_->close();
        tcp_.reset();
    }

    asio::any_io_executor executor_;
    std::optional<UnixSocketFile> file_;
    std::shared_ptr<asio::local::stream_protocol::acceptor> unix_;
    std::shared_ptr<asio::ip::tcp::acceptor> tcp_;

private:
    template <class Acceptor>
    static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self,
                                             std::shared_ptr<Acceptor> acceptor,
                                             Api::Access access) {
        while (acceptor->is_open()) {
            auto [error, socket] = co_await acceptor->async_accept(kTuple);
            if (error == asio::error::operation_aborted) co_return;
            if (error) {
                co_await self->pause();  // out of descriptors, most likely: some will come back
                continue;
            }
            asio::co_spawn(self->executor_, converse(self, Socket(std::move(socket)), access),
                           asio::detached);
        }
    }

    using Connections = std::list<Connection*>;

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

    static asio::awaitable<void> converse(std::shared_ptr<Impl> self, Socket socket,
                                          Api::Access access) {
        auto& connections = access == Api::Access::Full ? self->full_ : self->read_only_;
        Connection connection(std::move(socket), self->api_, access, self->on_bug_, self->limits_);
        const Registration registration(connections, connection);
        try {
            if (connections.size() > self->limits_.connections)
                co_await connection.turn_away();
            else
                co_await connection.run();
        } catch (const std::exception& bug) {
            self->on_bug_(bug.what());  // while a table was written: only the connection ends
        }
    }

    asio::awaitable<void> pause() {
        asio::steady_timer timer(executor_, std::chrono::milliseconds(100));
        co_await timer.async_wait(kTuple);
    }

    const Api& api_;
    BugReport on_bug_;
    ServerLimits limits_;
    // Apart, so that those who only look cannot keep the operator out.
    Connections full_;
    Connections read_only_;
};

Server::Server(asio::any_io_executor executor, const Api& api, BugReport on_bug,
               ServerLimits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), api, std::move(on_bug), limits)) {}

Server::~Server() {
    stop();
}

boost::system::result<std::vector<std::string>, std::string> Server::listen(
    const UnixSocketSettings& settings) {
    auto opened = UnixSocketFile::open(settings);
    if (!opened) return opened.error();
    impl_->file_ = std::move(opened->file);
    impl_->unix_ = std::make_shared<asio::local::stream_protocol::acceptor>(
        impl_->executor_, asio::local::stream_protocol(), opened->descriptor);
    impl_->serve(impl_->unix_, Api::Access::Full);
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
    attempt([&] { acceptor->bind(endpoint, error); });
    attempt([&] { acceptor->listen(asio::socket_base::max_listen_connections, error); });
    if (error)
        return "http.listen " + address.to_string() + " port " + std::to_string(port) + ": " +
               error.message();
    impl_->tcp_ = acceptor;
    impl_->serve(std::move(acceptor), Api::Access::ReadOnly);
    return impl_->tcp_->local_endpoint().port();
}

void Server::stop_tcp() {
    impl_->stop_tcp();
}

void Server::stop() {
    impl_->stop();
}

}  // namespace dx::control
