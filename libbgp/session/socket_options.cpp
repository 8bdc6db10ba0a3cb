#include "libbgp/session/socket_options.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/in6.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>

namespace dx::bgp {
namespace {

constexpr int kCs6 = 0xc0;  // DSCP CS6 (48): network control
constexpr int kAllHops = 255;
constexpr int kMaxUnsent = 131'072;  // bytes of UPDATEs in the kernel that a KEEPALIVE waits behind

Refusal refused(std::string_view what) {
    return "the kernel refused " + std::string(what) + ": " +
           std::generic_category().message(errno);
}

Refusal set(int socket, int level, int name, int value, std::string_view what) {
    if (::setsockopt(socket, level, name, &value, sizeof value) == 0) return std::nullopt;
    return refused(what);
}

// The same option by its two names.
struct OptionPair {
    int v4;
    int v6;
    std::string_view what;
};

constexpr OptionPair kTrafficClass{IP_TOS, IPV6_TCLASS, "the DSCP"};
constexpr OptionPair kHops{IP_TTL, IPV6_UNICAST_HOPS, "the TTL"};
constexpr OptionPair kMinHops{IP_MINTTL, IPV6_MINHOPCOUNT, "the minimal TTL (ttl-security)"};
constexpr OptionPair kFreeBind{IP_FREEBIND, IPV6_FREEBIND, "an address to come"};

Refusal set(int socket, net::Family family, const OptionPair& option, int value) {
    return family == net::Family::Ipv4 ? set(socket, IPPROTO_IP, option.v4, value, option.what)
                                       : set(socket, IPPROTO_IPV6, option.v6, value, option.what);
}

Refusal close_on_exec(int socket) {
    if (::fcntl(socket, F_SETFD, FD_CLOEXEC) == 0) return std::nullopt;
    return refused("close-on-exec");
}

// A socket that is bound already, as one that was accepted over a link-local address, may only be
// bound anew with CAP_NET_RAW, which we do not have.
bool is_bound_to(int socket, const std::string& interface) {
    std::array<char, IF_NAMESIZE> name{};
    socklen_t length = name.size();
    return ::getsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name.data(), &length) == 0 &&
           interface == name.data();
}

Refusal bind_to_interface(int socket, const std::string& interface) {
    if (interface.empty() || is_bound_to(socket, interface)) return std::nullopt;
    if (::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                     static_cast<socklen_t>(interface.size())) == 0)
        return std::nullopt;
    return refused("interface " + interface);
}

}  // namespace

HopLimits hop_limits(const NeighborSettings& settings) {
    // Inside an AS hops are not counted, but who asks for RFC 5082 there is on the same link.
    const int hops = settings.peer.external() ? settings.multihop : 1;
    if (settings.ttl_security) return {kAllHops, kAllHops + 1 - hops};
    return {settings.peer.external() ? settings.multihop : kAllHops, 0};
}

Refusal set_md5_key(int socket, const net::IpAddress& address, std::string_view key) {
    tcp_md5sig option{};
    if (key.size() > sizeof option.tcpm_key) return "the password is longer than 80 bytes";
    const auto bytes = address.bytes();
    if (address.is_v4()) {
        sockaddr_in peer{};
        peer.sin_family = AF_INET;
        std::memcpy(&peer.sin_addr, bytes.data(), bytes.size());
        std::memcpy(&option.tcpm_addr, &peer, sizeof peer);
    } else {
        sockaddr_in6 peer{};
        peer.sin6_family = AF_INET6;
        std::memcpy(&peer.sin6_addr, bytes.data(), bytes.size());
        std::memcpy(&option.tcpm_addr, &peer, sizeof peer);
    }
    option.tcpm_keylen = static_cast<std::uint16_t>(key.size());
    std::ranges::copy(key, option.tcpm_key);
    const int result = ::setsockopt(socket, IPPROTO_TCP, TCP_MD5SIG, &option, sizeof option);
    if (result == 0 || (key.empty() && errno == ENOENT)) return std::nullopt;
    return refused("the TCP MD5 key");
}

Refusal prepare_listener(int socket, net::Family family, const std::string& interface) {
    if (auto refusal = close_on_exec(socket)) return refusal;
    if (auto refusal = set(socket, SOL_SOCKET, SO_REUSEADDR, 1, "to share the port"))
        return refusal;
    if (family == net::Family::Ipv6)
        if (auto refusal = set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPv6 only")) return refusal;
    if (auto refusal = set(socket, family, kFreeBind, 1)) return refusal;
    if (auto refusal = set(socket, family, kTrafficClass, kCs6)) return refusal;
    if (auto refusal = set(socket, family, kHops, kAllHops)) return refusal;
    if (interface.empty()) return std::nullopt;
    if (auto refusal = bind_to_interface(socket, interface)) return refusal;
    return share_port(socket);
}

Refusal share_port(int socket) {
    return set(socket, SOL_SOCKET, SO_REUSEPORT, 1, "the port beside another listener");
}

Refusal prepare_connection(int socket, const NeighborSettings& settings) {
    const auto family = settings.address.family();
    const auto limits = hop_limits(settings);
    if (!settings.password.empty())
        if (auto refusal = set_md5_key(socket, settings.address, settings.password)) return refusal;
    if (auto refusal = close_on_exec(socket)) return refusal;
    if (auto refusal = bind_to_interface(socket, settings.interface)) return refusal;
    if (auto refusal = set(socket, family, kTrafficClass, kCs6)) return refusal;
    if (auto refusal = set(socket, family, kHops, limits.ttl)) return refusal;
    if (auto refusal = set(socket, family, kMinHops, limits.min_ttl)) return refusal;
    if (auto refusal = set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kMaxUnsent, "a short queue"))
        return refusal;
    return set(socket, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
}

}  // namespace dx::bgp
