#include "libfib/netlink/netlink_socket.hpp"

#include <cerrno>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <system_error>

#include <netlink/msg.h>

namespace dx::netlink {

namespace {

// More than the largest datagram that the kernel makes (32 KiB, for dumps).
constexpr std::size_t kDatagramBytes = 64 * 1024;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int open_socket() {
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) fail("netlink socket");
    return fd;
}

void switch_on(int fd, int option) {
    const int on = 1;
    if (::setsockopt(fd, SOL_NETLINK, option, &on, sizeof on) != 0) fail("netlink option");
}

void size_receive_buffer(int fd, int bytes) {
    // FORCE goes beyond net.core.rmem_max and needs CAP_NET_ADMIN; without it: as much as allowed.
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) != 0) fail("SO_RCVBUF");
}

std::uint32_t bind_socket(int fd) {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd, generic, size) != 0) fail("netlink bind");
    if (::getsockname(fd, generic, &size) != 0) fail("netlink getsockname");
    return address.nl_pid;
}

}  // namespace

NetlinkSocket::NetlinkSocket(boost::asio::io_context& context, int receive_buffer_bytes)
    : descriptor_(context, open_socket()),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kDatagramBytes)) {
    const int fd = descriptor_.native_handle();
    size_receive_buffer(fd, receive_buffer_bytes);
    switch_on(fd, NETLINK_EXT_ACK);         // the kernel's own words on a failure
    switch_on(fd, NETLINK_CAP_ACK);         // without a copy of the request
    switch_on(fd, NETLINK_GET_STRICT_CHK);  // dumps are filtered by what the request says
    port_id_ = bind_socket(fd);
}

void NetlinkSocket::join(int multicast_group) {
    if (::setsockopt(descriptor_.native_handle(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                     &multicast_group, sizeof multicast_group) != 0)
        fail("NETLINK_ADD_MEMBERSHIP");
}

void NetlinkSocket::attach(std::span<const sock_filter> filter) {
    const sock_fprog program{static_cast<unsigned short>(filter.size()),
                             const_cast<sock_filter*>(filter.data())};
    if (::setsockopt(descriptor_.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                     sizeof program) != 0)
        fail("SO_ATTACH_FILTER");
}

int NetlinkSocket::send(std::span<const std::byte> messages) {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    const auto sent = ::sendto(descriptor_.native_handle(), messages.data(), messages.size(), 0,
                               reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
    return sent < 0 ? errno : 0;
}

int NetlinkSocket::receive_datagram(std::size_t& bytes) {
    sockaddr_nl from{};
    iovec space{buffer_.get(), kDatagramBytes};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &space;
    message.msg_iovlen = 1;
    const auto count = ::recvmsg(descriptor_.native_handle(), &message, 0);
    if (count < 0) return errno;
    if ((message.msg_flags & MSG_TRUNC) != 0) return ENOBUFS;
    bytes = from.nl_pid == 0 ? static_cast<std::size_t>(count) : 0;
    return 0;
}

void NetlinkSocket::for_each_message(std::size_t bytes,
                                     const std::function<void(nlmsghdr&)>& visit) {
    auto remaining = static_cast<int>(bytes);
    auto* message = reinterpret_cast<nlmsghdr*>(buffer_.get());
    for (; nlmsg_ok(message, remaining); message = nlmsg_next(message, &remaining))
        visit(*message);
}

}  // namespace dx::netlink
