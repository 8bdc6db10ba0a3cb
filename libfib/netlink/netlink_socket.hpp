// A NETLINK_ROUTE socket that never blocks: opened and tuned, its readiness told by Asio.
// Knows nothing of what the messages mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

struct nlmsghdr;
struct sock_filter;

namespace dx::netlink {

// Measured: with 256 requests under way this does not overrun.
constexpr int kReceiveBufferBytes = 1 << 20;

class NetlinkSocket {
public:
    // Throws std::system_error where the kernel refuses. Belongs to the network namespace of the
    // calling thread for good.
    NetlinkSocket(boost::asio::io_context& context, int receive_buffer_bytes);

    std::uint32_t port_id() const { return port_id_; }

    void join(int multicast_group);                    // RTNLGRP_*; throws std::system_error
    void attach(std::span<const sock_filter> filter);  // throws std::system_error

    // 0 or an errno. All of the messages, or none.
    int send(std::span<const std::byte> messages);

    // Reads one datagram and gives each of its messages to `visit`. 0; EAGAIN when there is none
    // now; ENOBUFS when the kernel had to drop some; or another errno. Messages that do not come
    // from the kernel are left out.
    template <class Visit>
    int receive(Visit&& visit) {
        std::size_t bytes = 0;
        const int error = receive_datagram(bytes);
        if (error == 0) for_each_message(bytes, std::function<void(nlmsghdr&)>(std::ref(visit)));
        return error;
    }

    // Calls back once, when there is something to read or an error to fetch; not after destruction
    // of the socket.
    template <class Handler>
    void async_wait(Handler&& handler) {
        descriptor_.async_wait(
            boost::asio::posix::stream_descriptor::wait_read,
            [handler = std::forward<Handler>(handler)](const boost::system::error_code& error) {
                if (!error) handler();
            });
    }

private:
    int receive_datagram(std::size_t& bytes);
    void for_each_message(std::size_t bytes, const std::function<void(nlmsghdr&)>& visit);

    boost::asio::posix::stream_descriptor descriptor_;
    std::uint32_t port_id_ = 0;
    std::unique_ptr<std::byte[]> buffer_;  // its pages cost memory as they are written
};

}  // namespace dx::netlink
