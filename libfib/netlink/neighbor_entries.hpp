// The kernel's neighbor table (ARP, ND), one entry at a time: what it knows of a host on a link,
// and having it ask that host now. The kernel sends the packets, so no raw socket is needed. What
// an answer means is the caller's.
#pragma once

#include <cstdint>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/message_batch.hpp"
#include "libfib/netlink/netlink_socket.hpp"

namespace dx::netlink {

enum class NeighborEntry : std::uint8_t {
    Unknown,      // no address of its own link: none, asked for, or nobody answered
    Known,        // one from earlier, which nobody has confirmed lately
    Confirmed,    // the host has answered: since it was asked, or half a minute ago
    NotAskedFor,  // by the administrator, or on a link without ARP
};

class NeighborEntries {
public:
    // Throws std::system_error. Belongs to the network namespace of the calling thread.
    explicit NeighborEntries(boost::asio::io_context& context);

    NeighborEntry look(const net::IpAddress& host, std::uint32_t interface);

    // Asks the host at the address that the kernel has for it, or everybody where it has none. From
    // now on the entry is Confirmed only when the host answers; until then traffic goes on to it.
    // `seen` is what `look` said.
    void ask_host(const net::IpAddress& host, std::uint32_t interface, NeighborEntry seen);

    // Forgets the host's address on the link, and asks everybody for it: it may have another.
    void ask_everybody(const net::IpAddress& host, std::uint32_t interface);

private:
    void request(std::uint16_t state, std::uint8_t flags, const net::IpAddress& host,
                 std::uint32_t interface);

    NetlinkSocket socket_;
    MessageBatch batch_;
    std::uint32_t sequence_ = 0;
};

}  // namespace dx::netlink
