#include "daemon/webhook.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace dx::daemon {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Outcome = HookResult::Outcome;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr unsigned kHttp11 = 11;

http::request<http::string_body> request_of(HookJob& job) {
    const auto& webhook = *job.hook.webhook;
    const auto& [address, port] = webhook.endpoint;
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    http::request<http::string_body> request{http::verb::post, webhook.target, kHttp11};
    request.set(http::field::host, host + ":" + std::to_string(port));
    request.set(http::field::user_agent, "dxrouted");
    request.set(http::field::content_type, "application/json");
    request.keep_alive(false);
    request.body() = std::move(job.body);
    request.prepare_payload();
    return request;
}

HookResult failed(const boost::system::error_code& error, std::chrono::milliseconds timeout) {
    if (error == beast::error::timeout)
        return {Outcome::TimedOut,
                fmt::format("no answer in {} s", std::chrono::duration<double>(timeout).count())};
    return {Outcome::Failed, error.message()};
}

}  // namespace

asio::awaitable<HookResult> tell_webhook(HookJob job) {
    const auto timeout = job.hook.timeout;
    const auto& [address, port] = job.hook.webhook->endpoint;
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(address.to_string()), port);
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    stream.expires_after(timeout);  // for all of it
    if (const auto [error] = co_await stream.async_connect(endpoint, kTuple); error)
        co_return failed(error, timeout);
    const auto request = request_of(job);
    if (const auto [error, size] = co_await http::async_write(stream, request, kTuple); error)
        co_return failed(error, timeout);
    beast::flat_buffer buffer;
    http::response_parser<http::empty_body> answer;
    if (const auto [error, size] = co_await http::async_read_header(stream, buffer, answer, kTuple);
        error)
        co_return failed(error, timeout);
    const auto status = answer.get().result_int();
    if (status / 100 != 2)
        co_return HookResult{Outcome::Failed, fmt::format("answered {}", status)};
    co_return HookResult{};
}

}  // namespace dx::daemon
