#include "daemon/control/connection.hpp"

#include <exception>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
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

// By way of the loop, too.
asio::awaitable<Reply> later_reply(const std::function<void(Reply::Answer)>& later) {
    const auto executor = co_await asio::this_coro::executor;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Reply)>(
        [&later, executor](auto handler) {
            auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
            later([waiting, executor](Reply reply) {
                auto made = std::make_shared<Reply>(std::move(reply));
                asio::post(executor, [waiting, made] { std::move (*waiting)(std::move(*made)); });
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

// Who is at the other end of a Unix socket; none of TCP.
std::optional<Client> client_of(ClientSocket& socket) {
    ucred peer{};
    socklen_t length = sizeof peer;
    if (socket.local_endpoint().protocol().family() != AF_UNIX) return std::nullopt;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        return std::nullopt;
    return Client{peer.uid, peer.pid};
}

// What to say of a request that could not be read; none where nobody would hear it.
std::optional<Reply> refusal(const error_code& error) {
    if (error == http::error::header_limit) return error_reply(431, "the header is too long");
    if (error == http::error::body_limit) return error_reply(413, "the body is too long");
    if (error == http::error::end_of_stream || error == http::error::partial_message) return {};
    if (error.category() == http::make_error_code(http::error::bad_method).category())
        return error_reply(400, "this is not HTTP: " + error.message());
    return {};
}

class HttpConnection final : public Connection {
public:
    HttpConnection(ClientSocket socket, const ConnectionContext& context)
        : stream_(std::move(socket)), context_(context), client_(client_of(stream_.socket())) {}

    asio::awaitable<void> run() override {
        bool go_on = true;
        while (go_on)
            go_on = co_await exchange();
        close();
    }

    asio::awaitable<void> turn_away() override {
        co_await write(error_reply(503, "too many connections"), http::verb::get, 11, false);
        close();
    }

    void close() override {
        error_code ignored;
        stream_.socket().shutdown(asio::socket_base::shutdown_both, ignored);
        stream_.close();
    }

private:
    // One request and its reply; false when the connection is to end.
    asio::awaitable<bool> exchange() {
        Parser parser;
        parser.header_limit(context_.limits.header_bytes);
        parser.body_limit(context_.limits.body_bytes);
        stream_.expires_after(context_.limits.read_time);
        const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, kTuple);
        if (error) {
            if (auto reply = refusal(error))
                co_await write(std::move(*reply), http::verb::get, 11, false);
            co_return false;
        }
        const auto& message = parser.get();
        const bool keep = message.keep_alive();
        auto reply = answer(message);
        if (reply.later) {
            auto made = co_await later_reply(reply.later);
            reply = std::move(made);
        }
        co_return co_await write(std::move(reply), message.method(), message.version(), keep);
    }

    Reply answer(const Parser::value_type& message) const {
        Request request;
        request.verb = verb_of(message.method());
        if (!parse_target(message.target(), request))
            return error_reply(400, "the path or its escapes are malformed");
        request.body = message.body();
        request.client = client_;
        try {
            return context_.api.handle(request, context_.access);
        } catch (const std::exception& bug) {
            context_.on_bug(bug.what());
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
        stream_.expires_after(context_.limits.write_time);
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
        stream_.expires_after(context_.limits.write_time);
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
        stream_.expires_after(context_.limits.write_time);
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
    const ConnectionContext& context_;
    const std::optional<Client> client_;
};

}  // namespace

std::unique_ptr<Connection> serve_client(ClientSocket socket, const ConnectionContext& context) {
    return std::make_unique<HttpConnection>(std::move(socket), context);
}

}  // namespace dx::control
