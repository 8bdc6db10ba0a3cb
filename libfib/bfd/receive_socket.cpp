#include "libfib/bfd/receive_socket.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <span>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "libfib/bfd/udp_options.hpp"

namespace dx::bfd {

namespace {

using net::Family;

constexpr std::size_t kBatch = 32;
constexpr std::size_t kLongest = 256;  // more than a packet's length field can say

// Seconds of everything that a hundred peers say, should this thread not run for so long.
constexpr int kReceiveBufferBytes = 4 << 20;

constexpr UdpOption kTellHops{IP_RECVTTL, IPV6_RECVHOPLIMIT};
constexpr UdpOption kTellPath{IP_PKTINFO, IPV6_RECVPKTINFO};

template <class Address>
net::IpAddress to_address(Family family, const Address& bytes) {
    return net::IpAddress::from_bytes(
        family, {reinterpret_cast<const std::uint8_t*>(&bytes), sizeof bytes});
}

net::IpAddress source_of(const sockaddr_storage& from) {
    if (from.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &from, sizeof v4);
        return to_address(Family::Ipv4, v4.sin_addr);
    }
    sockaddr_in6 v6;
    std::memcpy(&v6, &from, sizeof v6);
    return to_address(Family::Ipv6, v6.sin6_addr);
}

template <class T>
T content_of(const cmsghdr& control) {
    T content;
    std::memcpy(&content, CMSG_DATA(const_cast<cmsghdr*>(&control)), sizeof content);
    return content;
}

void take_control(const cmsghdr& control, ReceiveSocket::Datagram& datagram) {
    const auto is = [&](int level, int type) {
        return control.cmsg_level == level && control.cmsg_type == type;
    };
    Arrival& arrival = datagram.arrival;
    if (is(IPPROTO_IP, IP_TTL) || is(IPPROTO_IPV6, IPV6_HOPLIMIT)) {
        arrival.hop_limit = content_of<int>(control);
    } else if (is(IPPROTO_IP, IP_PKTINFO)) {
        const auto info = content_of<in_pktinfo>(control);
        arrival.interface = static_cast<InterfaceIndex>(info.ipi_ifindex);
        arrival.destination = to_address(Family::Ipv4, info.ipi_addr);
    } else if (is(IPPROTO_IPV6, IPV6_PKTINFO)) {
        const auto info = content_of<in6_pktinfo>(control);
        arrival.interface = info.ipi6_ifindex;
        arrival.destination = to_address(Family::Ipv6, info.ipi6_addr);
    } else if (is(SOL_SOCKET, SCM_TIMESTAMPNS)) {
        const auto stamp = content_of<timespec>(control);
        datagram.stamp =
            std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec);
    }
}

std::string refused(std::string_view what) {
    if (errno == EADDRINUSE)
        return "UDP port " + std::to_string(kPort) + " is in use by another program";
    return "the kernel refused " + std::string(what) + ": " +
           std::generic_category().message(errno);
}

// Everything but the port; empty, or what was refused.
std::string_view prepare_receiver(int socket, Family family) {
    if (!set_option(socket, family, kTellHops, 1)) return "to tell the TTL";
    if (!set_option(socket, family, kTellPath, 1)) return "to tell the interface";
    if (!set_option(socket, SOL_SOCKET, SO_TIMESTAMPNS, 1)) return "receive time stamps";
    if (family == Family::Ipv6 && !set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1))
        return "IPv6 only";
    // FORCE goes beyond net.core.rmem_max and needs CAP_NET_ADMIN; else as much as allowed.
    if (!set_option(socket, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBufferBytes) &&
        !set_option(socket, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes))
        return "a receive buffer";
    return {};
}

TimeOfDay time_of_day() {
    return std::chrono::system_clock::now().time_since_epoch();
}

}  // namespace

// What one recvmmsg() fills.
struct ReceiveSocket::Batch {
    struct Slot {
        std::array<std::uint8_t, kLongest> bytes;
        alignas(cmsghdr) std::array<std::uint8_t, 256> control;
        sockaddr_storage from;
        iovec space;
    };

    // Each read overwrites the sizes with what came.
    std::span<mmsghdr> prepare() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            Slot& slot = slots[i];
            slot.space = {slot.bytes.data(), slot.bytes.size()};
            msghdr& header = headers[i].msg_hdr;
            header = {};
            header.msg_name = &slot.from;
            header.msg_namelen = sizeof slot.from;
            header.msg_iov = &slot.space;
            header.msg_iovlen = 1;
            header.msg_control = slot.control.data();
            header.msg_controllen = slot.control.size();
        }
        return headers;
    }

    Datagram datagram(std::size_t i) {
        Datagram made{Bytes(slots[i].bytes).first(headers[i].msg_len), {}, std::nullopt};
        made.arrival.source = source_of(slots[i].from);
        msghdr& header = headers[i].msg_hdr;
        for (auto* control = CMSG_FIRSTHDR(&header); control != nullptr;
             control = CMSG_NXTHDR(&header, control))
            take_control(*control, made);
        return made;
    }

    std::array<Slot, kBatch> slots;
    std::array<mmsghdr, kBatch> headers;
};

ReceiveSocket::ReceiveSocket(boost::asio::io_context& context, Family family)
    : family_(family), descriptor_(context), batch_(std::make_unique<Batch>()) {}

ReceiveSocket::~ReceiveSocket() = default;

std::string ReceiveSocket::open() {
    const int socket = make_udp_socket(family_);
    if (socket < 0) return refused("a UDP socket");
    boost::asio::posix::stream_descriptor made(descriptor_.get_executor());
    boost::system::error_code error;
    made.assign(socket, error);
    if (error) {
        ::close(socket);
        return "the UDP socket cannot be watched: " + error.message();
    }
    if (const auto what = prepare_receiver(socket, family_); !what.empty()) return refused(what);
    // Without SO_REUSEADDR: two daemons on the port would take each other's packets.
    auto address = socket_address(net::IpAddress::any(family_), kPort, 0);
    if (::bind(socket, address.get(), address.size) != 0) return refused("the UDP port");
    descriptor_ = std::move(made);
    return {};
}

void ReceiveSocket::close() {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

bool ReceiveSocket::read(ArrivalClock& clock, const std::function<void(const Datagram&)>& visit) {
    const auto headers = batch_->prepare();
    const int count =
        ::recvmmsg(descriptor_.native_handle(), headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    // After the read: nothing that was read has come later.
    clock.read(std::chrono::steady_clock::now(), time_of_day());
    for (int i = 0; i < count; ++i)
        visit(batch_->datagram(static_cast<std::size_t>(i)));
    return count == static_cast<int>(kBatch);
}

}  // namespace dx::bfd
