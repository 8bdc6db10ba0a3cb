#include "libfib/netlink/monitor.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <utility>

namespace dx::netlink {

namespace {

constexpr std::array kGroups{RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                             RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,  RTNLGRP_NEXTHOP};

// Datagrams (one message each) read before others have a turn: about a millisecond.
constexpr int kReadsPerTurn = 256;

constexpr std::uint32_t kKeep = 0xffffffff;
constexpr std::uint32_t kDrop = 0;

// Drops the messages that `port` is the cause of. Filters load in network byte order what netlink
// writes in the host's.
std::array<sock_filter, 4> not_from(std::uint32_t port) {
    return {sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(nlmsghdr, nlmsg_pid)},
            sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, htonl(port)},
            sock_filter{BPF_RET | BPF_K, 0, 0, kDrop}, sock_filter{BPF_RET | BPF_K, 0, 0, kKeep}};
}

}  // namespace

Monitor::Monitor(boost::asio::io_context& context, std::uint32_t own_port, Handlers handlers,
                 int receive_buffer_bytes)
    : handlers_(std::move(handlers)), socket_(context, receive_buffer_bytes) {
    const auto filter = not_from(own_port);
    socket_.attach(filter);
    for (const int group : kGroups)
        socket_.join(group);
}

void Monitor::start() {
    wait();
}

void Monitor::wait() {
    socket_.async_wait([this] {
        poll();
        handlers_.on_batch();
        wait();  // tells at once if there is more
    });
}

void Monitor::poll() {
    for (int reads = 0; reads < kReadsPerTurn; ++reads) {
        const int error = socket_.receive(handlers_.on_message);
        if (error == EAGAIN) return;
        if (error == ENOBUFS) handlers_.on_overrun();
    }
}

}  // namespace dx::netlink
