#include "libfib/netlink/neighbor_entries.hpp"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "libfib/netlink/attributes.hpp"

namespace dx::netlink {

namespace {

constexpr int kFewAnswers = 64 * 1024;  // bytes

NeighborEntry entry_of(std::uint16_t state) {
    if ((state & (NUD_PERMANENT | NUD_NOARP)) != 0) return NeighborEntry::NotAskedFor;
    if ((state & NUD_REACHABLE) != 0) return NeighborEntry::Confirmed;
    if ((state & (NUD_STALE | NUD_DELAY | NUD_PROBE)) != 0) return NeighborEntry::Known;
    return NeighborEntry::Unknown;
}

ndmsg entry(std::uint16_t state, std::uint8_t flags, const net::IpAddress& host,
            std::uint32_t interface) {
    ndmsg message{};
    message.ndm_family = address_family(host.family());
    message.ndm_ifindex = static_cast<int>(interface);
    message.ndm_state = state;
    message.ndm_flags = flags;
    return message;
}

}  // namespace

NeighborEntries::NeighborEntries(boost::asio::io_context& context)
    : socket_(context, kFewAnswers) {}

// The kernel has answered when send() returns. No answer, or a refusal, is Unknown.
NeighborEntry NeighborEntries::look(const net::IpAddress& host, std::uint32_t interface) {
    batch_.clear();
    batch_.begin(RTM_GETNEIGH, 0, ++sequence_, entry(NUD_NONE, 0, host, interface));
    batch_.put(NDA_DST, host);
    batch_.end();
    auto found = NeighborEntry::Unknown;
    if (socket_.send(batch_.bytes()) != 0) return found;
    const auto read = [&](nlmsghdr& message) {
        if (message.nlmsg_type != RTM_NEWNEIGH || message.nlmsg_seq != sequence_) return;
        if (const auto* header = header_of<ndmsg>(message)) found = entry_of(header->ndm_state);
    };
    while (socket_.receive(read) == 0) {
    }
    return found;
}

// Without an acknowledgement: the next look tells what became of it.
void NeighborEntries::request(std::uint16_t state, std::uint8_t flags, const net::IpAddress& host,
                              std::uint32_t interface) {
    batch_.clear();
    batch_.begin(RTM_NEWNEIGH, NLM_F_CREATE, ++sequence_, entry(state, flags, host, interface));
    batch_.put(NDA_DST, host);
    batch_.end();
    socket_.send(batch_.bytes());
}

// NUD_PROBE begins with a packet at once, but only where it is a change: hence STALE before it
// where nobody has answered yet. Without an address on the link NTF_USE makes the kernel ask.
void NeighborEntries::ask_host(const net::IpAddress& host, std::uint32_t interface,
                               NeighborEntry seen) {
    if (seen == NeighborEntry::Unknown) return request(NUD_NONE, NTF_USE, host, interface);
    if (seen == NeighborEntry::Known) request(NUD_STALE, 0, host, interface);
    request(NUD_PROBE, 0, host, interface);
}

void NeighborEntries::ask_everybody(const net::IpAddress& host, std::uint32_t interface) {
    request(NUD_FAILED, 0, host, interface);
    request(NUD_NONE, NTF_USE, host, interface);
}

}  // namespace dx::netlink
