#include "libfib/bfd/udp_options.hpp"

#include <cstring>

namespace dx::bfd {

using net::Family;

bool set_option(int socket, int level, int name, int value) {
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

bool set_option(int socket, Family family, const UdpOption& option, int value) {
    return family == Family::Ipv4 ? set_option(socket, IPPROTO_IP, option.v4, value)
                                  : set_option(socket, IPPROTO_IPV6, option.v6, value);
}

int make_udp_socket(Family family) {
    const int domain = family == Family::Ipv4 ? AF_INET : AF_INET6;
    return ::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

SocketAddress socket_address(const net::IpAddress& address, std::uint16_t port,
                             InterfaceIndex interface) {
    SocketAddress made;
    const auto bytes = address.bytes();
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
        std::memcpy(&made.storage, &v4, made.size = sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        v6.sin6_scope_id = address.is_scoped() ? interface : 0;
        std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
        std::memcpy(&made.storage, &v6, made.size = sizeof v6);
    }
    return made;
}

}  // namespace dx::bfd
