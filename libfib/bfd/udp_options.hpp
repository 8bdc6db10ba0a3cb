// What both kinds of UDP socket ask of the kernel: options under their names in both families, and
// addresses in its form. RFC 5881 4.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>

#include "libfib/bfd/demultiplexer.hpp"

namespace dx::bfd {

inline constexpr std::uint16_t kPort = 3784;

struct UdpOption {
    int v4;  // IP_*
    int v6;  // IPV6_*
};

// False, with errno, where the kernel refuses.
bool set_option(int socket, int level, int name, int value);
bool set_option(int socket, net::Family family, const UdpOption& option, int value);

// That never blocks; below 0, with errno, where the kernel refuses.
int make_udp_socket(net::Family family);

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// The interface counts for fe80::/10 only.
SocketAddress socket_address(const net::IpAddress& address, std::uint16_t port,
                             InterfaceIndex interface);

}  // namespace dx::bfd
