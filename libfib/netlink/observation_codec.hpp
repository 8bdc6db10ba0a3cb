// What the kernel says of routes, nexthop objects, links and addresses, as the Fib's values.
#pragma once

#include <cstdint>
#include <optional>

#include "libfib/fib/kernel.hpp"
#include "libfib/fib/route.hpp"
#include "libfib/netlink/interface_table.hpp"

struct nlmsghdr;

namespace dx::netlink {

// The route of an RTM_NEWROUTE or RTM_DELROUTE; none for what the Fib does not want to hear of:
// other tables, cached routes, local and multicast ones, malformed messages.
std::optional<fib::KernelRoute> read_route(nlmsghdr& message, std::uint32_t table);

// The object of an RTM_NEWNEXTHOP or RTM_DELNEXTHOP; none for a bridge's (NHA_FDB).
std::optional<fib::KernelObject> read_object(nlmsghdr& message);

// Whether a message tells of something that came, was changed or went.
fib::Seen read_verb(const nlmsghdr& message);

fib::LinkChange link_change(const Interface& interface);
fib::AddressChange address_change(const Interface& interface, const InterfaceAddress& address);

}  // namespace dx::netlink
