// Reads whole tables out of the kernel, one after another, in slices that let others have a turn.
//
// Has a socket of its own, so that a dump of a million routes never stands between a request and
// its answer.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/message_batch.hpp"
#include "libfib/netlink/netlink_socket.hpp"

namespace dx::netlink {

struct Dump {
    std::function<void(MessageBatch&, std::uint32_t sequence)> write;  // the request, with DUMP set
    std::function<void()> on_start;  // again where the kernel says that a pass was inconsistent
    std::function<void(nlmsghdr&)> on_message;
    std::function<void(int error)> on_done;  // 0 or an errno
};

class DumpSocket {
public:
    explicit DumpSocket(boost::asio::io_context& context);

    void enqueue(Dump dump);

    bool idle() const { return queue_.empty(); }

private:
    void start();
    void read();
    void on_message(nlmsghdr& message);
    void finish(int error);

    boost::asio::io_context& context_;
    NetlinkSocket socket_;
    MessageBatch batch_;
    std::deque<Dump> queue_;  // the first is under way
    std::uint32_t sequence_ = 0;
    int passes_ = 0;
    int error_ = 0;
    bool ended_ = false;
    bool interrupted_ = false;  // NLM_F_DUMP_INTR: the table changed while it was read
};

}  // namespace dx::netlink
