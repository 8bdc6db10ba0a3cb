// ICMP echo from our address: by a ping socket, which net.ipv4.ping_group_range permits, else by a
// raw one, which wants CAP_NET_RAW.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <random>
#include <span>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/udp.hpp>

#include "cli/doctor/probes/endpoints.hpp"
#include "cli/doctor/probes/path.hpp"
#include "libfib/os/file_descriptor.hpp"

namespace dx::doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr int kTries = 3;
constexpr milliseconds kTryTime{400};
constexpr std::size_t kHeader = 8;  // of an echo: type, code, checksum, identifier, sequence
constexpr std::size_t kMarkBytes = 8;

using Packet8 = std::array<std::uint8_t, kHeader + kMarkBytes>;

// RFC 1071; a ping socket and the kernel's ICMPv6 write it themselves.
std::uint16_t checksum(const Packet8& packet) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < packet.size(); i += 2)
        sum += static_cast<std::uint32_t>(packet[i] << 8 | packet[i + 1]);
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

class EchoSocket {
public:
    explicit EchoSocket(const Path& path) : path_(path) {
        const bool v4 = path.to.is_v4();
        const int domain = v4 ? AF_INET : AF_INET6;
        const int protocol = v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
        socket_ = os::FileDescriptor(::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, protocol));
        if (is_open()) return;
        socket_ = os::FileDescriptor(::socket(domain, SOCK_RAW | SOCK_CLOEXEC, protocol));
        raw_ = true;
    }

    bool is_open() const { return socket_.is_open(); }

    // 0 or an errno.
    int bind() {
        const auto local = endpoint(path_.from);
        return ::bind(socket_.number(), local.data(), socket_size(local)) == 0 ? 0 : errno;
    }

    int send(const Packet8& packet) {
        const auto remote = endpoint(path_.to);
        const auto sent = ::sendto(socket_.number(), packet.data(), packet.size(), 0, remote.data(),
                                   socket_size(remote));
        return sent < 0 ? errno : 0;
    }

    // Waits for the answer that carries what `sent` does.
    bool hear(const Packet8& sent, Clock::time_point until) {
        for (;;) {
            const auto left = duration_cast<milliseconds>(until - Clock::now()).count();
            pollfd waiting{socket_.number(), POLLIN, 0};
            if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
            std::array<std::uint8_t, 512> bytes{};
            const auto got = ::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (got > 0 && is_answer({bytes.data(), static_cast<std::size_t>(got)}, sent))
                return true;
        }
    }

private:
    boost::asio::ip::udp::endpoint endpoint(const net::IpAddress& address) const {
        return {asio_address(address, path_.interface), 0};
    }

    static socklen_t socket_size(const boost::asio::ip::udp::endpoint& endpoint) {
        return static_cast<socklen_t>(endpoint.size());
    }

    bool is_answer(std::span<const std::uint8_t> got, const Packet8& sent) const {
        constexpr std::uint8_t kReplyV4 = 0;
        constexpr std::uint8_t kReplyV6 = 129;
        if (raw_ && path_.to.is_v4() && !got.empty()) {  // with the IP header
            const std::size_t header = std::size_t{4} * (got[0] & 0x0f);
            got = got.subspan(std::min(header, got.size()));
        }
        if (got.size() < sent.size()) return false;
        const auto reply = path_.to.is_v4() ? kReplyV4 : kReplyV6;
        return got[0] == reply && std::equal(sent.begin() + kHeader, sent.end(),
                                             got.begin() + static_cast<std::ptrdiff_t>(kHeader));
    }

    Path path_;
    os::FileDescriptor socket_;
    bool raw_ = false;
};

// The mark in it tells our echoes from everybody else's.
Packet8 echo_request(bool v4, std::uint8_t sequence) {
    constexpr std::uint8_t kRequestV4 = 8;
    constexpr std::uint8_t kRequestV6 = 128;
    Packet8 packet{v4 ? kRequestV4 : kRequestV6};
    packet[kHeader - 1] = sequence;
    std::random_device random;
    for (std::size_t i = kHeader; i < packet.size(); ++i)
        packet[i] = static_cast<std::uint8_t>(random());
    if (!v4) return packet;
    const auto sum = checksum(packet);
    packet[2] = static_cast<std::uint8_t>(sum >> 8);
    packet[3] = static_cast<std::uint8_t>(sum);
    return packet;
}

}  // namespace

EchoOutcome ping(const Path& path) {
    EchoSocket socket(path);
    if (!socket.is_open()) return {Echo::NotPossible, {}, std::strerror(errno)};
    if (const int error = socket.bind(); error != 0)
        return {Echo::NotPossible, {}, std::strerror(error)};
    for (int attempt = 1; attempt <= kTries; ++attempt) {
        const auto packet = echo_request(path.to.is_v4(), static_cast<std::uint8_t>(attempt));
        const auto begin = Clock::now();
        if (const int error = socket.send(packet); error != 0)
            return {error == EPERM ? Echo::Silent : Echo::Unreachable, {}, std::strerror(error)};
        if (socket.hear(packet, begin + kTryTime))
            return {
                Echo::Answered, duration_cast<std::chrono::microseconds>(Clock::now() - begin), {}};
    }
    return {};
}

}  // namespace dx::doctor
