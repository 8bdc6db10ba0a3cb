#include "libfib/bfd/send_socket.hpp"

#include <cerrno>
#include <cstring>
#include <linux/filter.h>
#include <unistd.h>

#include "libfib/bfd/udp_options.hpp"

namespace dx::bfd {

namespace {

using net::Family;

constexpr int kCs6 = 0xc0;     // DSCP CS6 (48): network control
constexpr int kPriority = 6;   // the first band of the kernel's own queues, without privileges
constexpr int kAllHops = 255;  // RFC 5881 5
constexpr int kPortTries = 100;

constexpr UdpOption kTrafficClass{IP_TOS, IPV6_TCLASS};
constexpr UdpOption kHops{IP_TTL, IPV6_UNICAST_HOPS};

// Peers answer to kPort, never to the port that we send from: what comes there goes to nobody.
bool receive_nothing(int socket) {
    sock_filter drop{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &drop};
    return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

// One control message for sendmsg().
struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> space{};

    template <class T>
    void set(msghdr& message, int level, int type, const T& content) {
        message.msg_control = space.data();
        message.msg_controllen = CMSG_SPACE(sizeof content);
        cmsghdr* control = CMSG_FIRSTHDR(&message);
        control->cmsg_level = level;
        control->cmsg_type = type;
        control->cmsg_len = CMSG_LEN(sizeof content);
        std::memcpy(CMSG_DATA(control), &content, sizeof content);
    }
};

// The way that the packet takes, so that the socket itself depends on no address and interface:
// both may go and come again.
void set_path(msghdr& message, Control& control, const PeerKey& key) {
    const auto local = key.local.value_or(net::IpAddress::any(key.peer.family()));
    if (key.peer.is_v4()) {
        in_pktinfo info{};
        info.ipi_ifindex = static_cast<int>(key.interface);
        std::memcpy(&info.ipi_spec_dst, local.bytes().data(), sizeof info.ipi_spec_dst);
        control.set(message, IPPROTO_IP, IP_PKTINFO, info);
    } else {
        in6_pktinfo info{};
        info.ipi6_ifindex = key.interface;
        std::memcpy(&info.ipi6_addr, local.bytes().data(), sizeof info.ipi6_addr);
        control.set(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
}

}  // namespace

int SendSocket::send(const std::array<std::uint8_t, kPacketBytes>& bytes, const PeerKey& key) {
    if (socket_ < 0 || family_ != key.peer.family())
        if (const int error = open(key.peer.family())) return error;
    auto peer = socket_address(key.peer, kPort, key.interface);
    iovec content{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    Control control;
    msghdr message{};
    message.msg_name = peer.get();
    message.msg_namelen = peer.size;
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    set_path(message, control, key);
    return ::sendmsg(socket_, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

int SendSocket::open(Family family) {
    close();
    family_ = family;
    socket_ = make_udp_socket(family);
    if (socket_ < 0) return errno;
    int error = 0;
    if (!set_option(socket_, family, kTrafficClass, kCs6) ||
        !set_option(socket_, family, kHops, kAllHops) ||
        !set_option(socket_, SOL_SOCKET, SO_PRIORITY, kPriority) || !receive_nothing(socket_))
        error = errno;
    if (error == 0) error = bind_to_free_port(socket_, family);
    if (error != 0) close();
    return error;
}

// RFC 5881 4: from 49152 on, one for each session, kept while it lasts.
int SendSocket::bind_to_free_port(int socket, Family family) {
    for (int tries = 0; tries < kPortTries; ++tries) {
        const auto port =
            static_cast<std::uint16_t>(kFirstSourcePort + random_() % (65536 - kFirstSourcePort));
        auto address = socket_address(net::IpAddress::any(family), port, 0);
        if (::bind(socket, address.get(), address.size) == 0) {
            port_ = port;
            return 0;
        }
        if (errno != EADDRINUSE) return errno;
    }
    return EADDRINUSE;
}

void SendSocket::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    port_ = 0;
}

}  // namespace dx::bfd
