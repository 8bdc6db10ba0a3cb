// Reads whole tables out of the kernel, one at a time, in slices that let others have a turn.
//
// Has a socket of its own, so that a dump of a million routes never stands between a request and
// its answer.
#pragma once

#include <cstdint>
#include <functional>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/message_batch.hpp"
#include "libfib/netlink/netlink_socket.hpp"

namespace dx::netlink {

struct Dump {
    std::function<void(MessageBatch&, std::uint32_t sequence)> write;  // the request, with DUMP set
    std::function<void(nlmsghdr&)> on_message;
    // 0 or an errno; EINTR: the table changed meanwhile so that entries may be missing.
    std::function<void(int error)> on_done;
};

class DumpSocket {
public:
    explicit DumpSocket(boost::asio::io_context& context);

    // Only while no other dump is under way; the next one may be started from on_done.
    void start(Dump dump);

private:
    void read();
    void on_message(nlmsghdr& message);
    void finish(int error);

    boost::asio::io_context& context_;
    NetlinkSocket socket_;
    MessageBatch batch_;
    Dump dump_;
    std::uint32_t sequence_ = 0;
    int error_ = 0;
    bool ended_ = false;
};

}  // namespace dx::netlink
