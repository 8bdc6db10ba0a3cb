// The Fib's requests, and the questions that dump the kernel's tables, as netlink messages.
// RTM_NEWROUTE, DELROUTE, NEWNEXTHOP, DELNEXTHOP for both families by the same code.
#pragma once

#include <cstdint>

#include "libfib/fib/kernel.hpp"
#include "libfib/netlink/message_batch.hpp"

namespace dx::netlink {

// Writes one request. `table` is the kernel's table for routes (254: main).
void write_request(MessageBatch& batch, std::uint32_t sequence, const fib::KernelRequest& request,
                   std::uint32_t table);

// In the order in which a full reading asks for them.
enum class DumpKind : std::uint8_t {
    // The buckets of a resilient group that is not there: a kernel without resilient groups answers
    // EOPNOTSUPP, any other complains of the group.
    ResilientProbe,
    Links,
    Addresses,
    Objects,
    Ipv4Routes,
    Ipv6Routes,
};

// Asks for all entries of a kind; `table` restricts routes to one table.
void write_dump(MessageBatch& batch, std::uint32_t sequence, DumpKind kind, std::uint32_t table);

}  // namespace dx::netlink
