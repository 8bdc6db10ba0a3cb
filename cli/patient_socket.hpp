// A stream socket that waits for the other side no longer than until a moment, if one is set, and
// for each piece no longer than its patience lasts.
// Blocking, and interrupted by signals as the socket itself. What is written is short: it fits into
// the socket's buffer, so only reading waits.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <poll.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace dx::cli {

template <class Socket>
class PatientSocket {
public:
    using Clock = std::chrono::steady_clock;
    using error_code = boost::system::error_code;

    struct Patience {
        std::optional<Clock::time_point> until;  // for all together
        std::chrono::milliseconds each;          // for the next piece

        std::chrono::milliseconds left() const {
            if (!until) return each;
            using std::chrono::milliseconds;
            const auto all =
                std::max(std::chrono::ceil<milliseconds>(*until - Clock::now()), milliseconds(0));
            return std::min(each, all);
        }
    };

    PatientSocket(Socket& socket, Patience patience) : socket_(socket), patience_(patience) {}

    // asio::error::timed_out where the patience came to its end first.
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& error) {
        wait(error);
        return error ? 0 : socket_.read_some(buffers, error);
    }

    template <class Buffers>
    std::size_t read_some(const Buffers& buffers) {
        return or_throw([&](error_code& error) { return read_some(buffers, error); });
    }

    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, error_code& error) {
        return socket_.write_some(buffers, error);
    }

    template <class Buffers>
    std::size_t write_some(const Buffers& buffers) {
        return or_throw([&](error_code& error) { return write_some(buffers, error); });
    }

private:
    template <class Do>
    static std::size_t or_throw(Do act) {
        error_code error;
        const auto size = act(error);
        if (error) throw boost::system::system_error(error);
        return size;
    }

    void wait(error_code& error) {
        error = {};
        pollfd entry{socket_.native_handle(), POLLIN, 0};
        const auto ready = ::poll(&entry, 1, static_cast<int>(patience_.left().count()));
        if (ready == 0) error = boost::asio::error::timed_out;
        if (ready < 0) error.assign(errno, boost::system::system_category());
    }

    Socket& socket_;
    Patience patience_;
};

}  // namespace dx::cli
