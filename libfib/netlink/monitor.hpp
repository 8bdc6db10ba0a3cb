// Listens to what the kernel tells about links, addresses, routes and nexthop objects.
//
// A million routes of our own would come back as a million messages; a socket filter drops them in
// the kernel, before they cost memory or a wake-up: what carries the port of our own request socket
// says nothing that its answer has not said. Everything else is handed on.
#pragma once

#include <cstdint>
#include <functional>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/netlink_socket.hpp"

namespace dx::netlink {

class Monitor {
public:
    struct Handlers {
        std::function<void(nlmsghdr&)> on_message;
        std::function<void()> on_batch;    // after some messages: a good moment to act on them
        std::function<void()> on_overrun;  // messages were lost: only a dump can tell which
    };

    // Messages caused by requests from `own_port` are not received.
    Monitor(boost::asio::io_context& context, std::uint32_t own_port, Handlers handlers,
            int receive_buffer_bytes = kReceiveBufferBytes);

    void start();

    // Reads what is there, up to a bound. It happens by itself too; this is for who wants to know
    // now what the kernel has told.
    void poll();

private:
    void wait();

    Handlers handlers_;
    NetlinkSocket socket_;
};

}  // namespace dx::netlink
