#include "cli/doctor/probes/kernel_tables.hpp"

#include <functional>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <system_error>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libfib/netlink/attributes.hpp"
#include "libfib/netlink/dump_socket.hpp"

namespace dx::doctor {
namespace {

constexpr int kAttempts = 5;  // at a table that changes while it is read

// Reads a whole table; `header` is that of the request.
template <class Header>
void dump(std::uint16_t type, const Header& header,
          const std::function<void(nlmsghdr&)>& on_message) {
    for (int attempt = 1;; ++attempt) {
        boost::asio::io_context context;
        netlink::DumpSocket socket(context);
        int result = 0;
        socket.start({[&](netlink::MessageBatch& batch, std::uint32_t sequence) {
                          batch.begin(type, NLM_F_DUMP, sequence, header);
                          batch.end();
                      },
                      on_message, [&](int error) { result = error; }});
        context.run();
        if (result == EINTR && attempt < kAttempts) continue;
        if (result == 0 || result == EINTR) return;
        throw std::system_error(result, std::generic_category(), "reading the kernel's tables");
    }
}

void take_entry(nlmsghdr& message, std::vector<NeighborEntry>& entries) {
    const auto* const header = netlink::header_of<ndmsg>(message);
    if (message.nlmsg_type != RTM_NEWNEIGH || !header) return;
    const auto family = netlink::family_of(header->ndm_family);
    const auto attributes = netlink::Attributes<NDA_MAX>::of(message, sizeof *header);
    if (!family || !attributes) return;
    const auto address = attributes->address(NDA_DST, *family);
    if (!address) return;
    entries.push_back({*address, static_cast<std::uint32_t>(header->ndm_ifindex), header->ndm_state,
                       fmt::format("{:02x}", fmt::join(attributes->bytes(NDA_LLADDR), ":"))});
}

}  // namespace

netlink::InterfaceTable read_interfaces() {
    netlink::InterfaceTable table;
    const auto take = [&](nlmsghdr& message) {
        table.take(message, netlink::Interface::Clock::now());
    };
    dump(RTM_GETLINK, ifinfomsg{}, take);
    dump(RTM_GETADDR, ifaddrmsg{}, take);
    return table;
}

std::vector<NeighborEntry> read_neighbor_entries() {
    std::vector<NeighborEntry> entries;
    dump(RTM_GETNEIGH, ndmsg{}, [&](nlmsghdr& message) { take_entry(message, entries); });
    return entries;
}

}  // namespace dx::doctor
