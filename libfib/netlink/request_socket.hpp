// Sends requests to the kernel in batches and tells what became of each.
//
// A request is written into the batch, then send() hands the batch over in one system call. The
// kernel works the requests off inside that call, so that the answers are usually there when it
// returns; otherwise Asio tells when they come, and a timer notices when they never do.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libfib/netlink/message_batch.hpp"
#include "libfib/netlink/netlink_socket.hpp"
#include "libfib/netlink/request_window.hpp"

namespace dx::netlink {

// What became of a request. `error` is 0 or an errno; `text` the kernel's explanation, if it gave
// one, valid during the call only.
struct RequestResult {
    std::uint64_t token = 0;
    int error = 0;
    std::string_view text;
};

class RequestSocket {
public:
    struct Handlers {
        std::function<void(const RequestResult&)> on_result;
        std::function<void()> on_room;  // answers came late: there is room again
        // Answers were lost (ENOBUFS, or none within kAnswerTimeout). What was open was reported
        // with error ENOBUFS: it may have been done or not, only a dump can tell.
        std::function<void()> on_lost;
    };

    static constexpr std::chrono::seconds kAnswerTimeout{5};

    RequestSocket(boost::asio::io_context& context, Handlers handlers,
                  int receive_buffer_bytes = kReceiveBufferBytes);

    std::uint32_t port_id() const { return socket_.port_id(); }

    // How many requests may be written now.
    std::uint32_t room() const { return window_.room(); }

    bool idle() const { return window_.empty(); }

    // Writes one request by `write(batch, sequence)`, which begins and ends exactly one message.
    template <class Write>
    void add(std::uint64_t token, Write&& write) {
        if (!batch_.has_room()) send();
        write(batch_, window_.add(token));
    }

    void send();          // what was written, if anything
    void read_answers();  // those that are there; on_result is called from inside

private:
    void drain();
    void on_answer(nlmsghdr& message);
    void lose_answers();
    void wait();

    Handlers handlers_;
    NetlinkSocket socket_;
    MessageBatch batch_;
    RequestWindow window_;
    boost::asio::steady_timer timer_;
    bool waiting_ = false;
};

}  // namespace dx::netlink
