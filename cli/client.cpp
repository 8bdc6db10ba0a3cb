#include "cli/client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "cli/failure.hpp"
#include "cli/patient_socket.hpp"

namespace dx::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using boost::system::error_code;
using Socket = asio::local::stream_protocol::socket;
using Patience = PatientSocket<Socket>::Patience;
using HttpRequest = http::request<http::string_body>;

error_code error_of(int number) {
    return {number, boost::system::system_category()};
}

// Who would be let in, for the one who was not.
std::string group_hint(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return "; try it as root";
    const auto* const group = ::getgrgid(status.st_gid);
    const bool group_may = (status.st_mode & S_IWGRP) != 0;
    if (!group_may || !group) return "; try it as its owner or root";
    return std::string("; be in group ") + group->gr_name + ", or try it as root";
}

std::string why_unreachable(const std::string& path, const error_code& error) {
    switch (error.value()) {
        case ENOENT: return "there is no " + path + ": is dxrouted running?";
        case ECONNREFUSED: return "nobody answers on " + path + ": is dxrouted running?";
        case EACCES: return "no permission to use " + path + group_hint(path);
        default: return path + ": " + error.message();
    }
}

// {"error": …}, and the diagnostics that came with it, each on a line.
std::string error_text(const std::string& body) {
    error_code error;
    const auto parsed = boost::json::parse(body, error);
    const auto* const object = error ? nullptr : parsed.if_object();
    const auto* const text = object ? object->if_contains("error") : nullptr;
    if (!text || !text->is_string()) return "dxrouted refused, without saying why";
    std::string lines(text->get_string());
    if (const auto* const list = object->if_contains("diagnostics"); list && list->is_array())
        for (const auto& line : list->get_array())
            if (line.is_string()) lines += '\n' + std::string(line.get_string());
    return lines;
}

// Ctrl-C ends what waits for a reply, as does whoever is not patient; else the connection broke.
[[noreturn]] void broken(const error_code& error, std::string_view when) {
    if (error == asio::error::interrupted) throw Interrupted();
    if (error == asio::error::timed_out)
        throw Failure(
            "dxrouted has not answered in time: it hangs or is stopped (systemctl status "
            "dxrouted)");
    throw Failure("dxrouted ended the connection " + std::string(when));
}

class Exchange {
public:
    Exchange(const std::string& path, const Patience& patience) : stream_(socket_, patience) {
        if (path.size() >= sizeof(sockaddr_un::sun_path))
            throw Failure(why_unreachable(path, error_of(ENAMETOOLONG)));
        error_code error;
        socket_.open({}, error);
        connect(path, patience.left());
    }

    void run(HttpRequest& request, const Client::Take& take) {
        request.set(http::field::host, "dx");
        request.keep_alive(false);
        request.prepare_payload();
        error_code error;
        http::write(stream_, request, error);  // an early refusal may still be read
        read_reply(take);
    }

private:
    // A daemon that hangs may have a full queue of connections. asio's own connect() would wait for
    // room in it without an end.
    void connect(const std::string& path, std::chrono::milliseconds patience) {
        const auto left =
            std::chrono::microseconds(std::max(patience, std::chrono::milliseconds(1)));
        const timeval time{left.count() / 1'000'000, left.count() % 1'000'000};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
        const asio::local::stream_protocol::endpoint to(path);
        if (::connect(socket_.native_handle(), to.data(), static_cast<socklen_t>(to.size())) == 0)
            return;
        const auto error = error_of(errno);
        if (error == asio::error::interrupted) throw Interrupted();
        if (error == asio::error::try_again) broken(asio::error::timed_out, {});
        throw Failure(why_unreachable(path, error));
    }

    void read_reply(const Client::Take& take) {
        http::response_parser<http::buffer_body> parser;
        parser.body_limit(boost::none);
        error_code error;
        http::read_header(stream_, buffer_, parser, error);
        if (error) broken(error, "without a reply");
        const auto status = parser.get().result_int();
        const bool good = status < 300;
        std::string refusal;  // the body, if it is one
        while (!parser.is_done()) {
            const auto piece = next_piece(parser);
            if (!good)
                refusal += piece;
            else if (!piece.empty() && !take(piece))
                return;
        }
        if (!good) throw refused(status, refusal);
    }

    // What has come, not a buffer full of it: events are to be seen as they come.
    std::string_view next_piece(http::response_parser<http::buffer_body>& parser) {
        auto& body = parser.get().body();
        body.data = bytes_.data();
        body.size = bytes_.size();
        error_code error;
        http::read_some(stream_, buffer_, parser, error);
        if (error && error != http::error::need_buffer) broken(error, "in the middle of its reply");
        return {bytes_.data(), bytes_.size() - body.size};
    }

    asio::io_context context_;
    Socket socket_{context_};
    PatientSocket<Socket> stream_;
    boost::beast::flat_buffer buffer_;
    std::array<char, std::size_t{64} * 1024> bytes_;
};

}  // namespace

Failure refused(unsigned status, const std::string& body) {
    constexpr unsigned kBadRequest = 400;
    constexpr unsigned kBadConfiguration = 422;
    const bool usage = status == kBadRequest || status == kBadConfiguration;
    return Failure(error_text(body), usage ? kUsage : kRefused);
}

std::string Client::get(const std::string& target) {
    std::string body;
    stream(target, [&](std::string_view piece) {
        body += piece;
        return true;
    });
    return body;
}

void SocketClient::stream(const std::string& target, const Take& take) {
    HttpRequest request(http::verb::get, target, 11);
    Exchange(path_, {until(), patience()}).run(request, take);
}

std::string SocketClient::post(const std::string& target, const std::string& body) {
    HttpRequest request(http::verb::post, target, 11);
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    std::string reply;
    Exchange(path_, {until(), patience()}).run(request, [&](std::string_view piece) {
        reply += piece;
        return true;
    });
    return reply;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:";
    std::string out;
    for (const char c : text) {
        if (kPlain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', kHex[byte >> 4], kHex[byte & 0xf]};
    }
    return out;
}

}  // namespace dx::cli
