// The UDP socket by which one session speaks to its peer (RFC 5881 4, 5). It never blocks, and
// belongs to the network namespace of the thread that opens it.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "libfib/bfd/demultiplexer.hpp"
#include "libfib/bfd/packet.hpp"

namespace dx::bfd {

inline constexpr std::uint16_t kFirstSourcePort = 49152;

class SendSocket {
public:
    explicit SendSocket(Demultiplexer::Random random) : random_(std::move(random)) {}

    ~SendSocket() { close(); }

    SendSocket(const SendSocket&) = delete;
    SendSocket& operator=(const SendSocket&) = delete;

    // 0 or an errno. Opens the socket where it is not open.
    int send(const std::array<std::uint8_t, kPacketBytes>& bytes, const PeerKey& key);

    std::uint16_t port() const { return port_; }  // 0: not open

private:
    int open(net::Family family);
    int bind_to_free_port(int socket, net::Family family);
    void close();

    Demultiplexer::Random random_;
    net::Family family_ = net::Family::Ipv4;
    int socket_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace dx::bfd
