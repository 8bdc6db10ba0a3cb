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

enum class DumpKind : std::uint8_t { Links, Addresses, Objects, Ipv4Routes, Ipv6Routes };

// Asks for all entries of a kind; `table` restricts routes to one table.
void write_dump(MessageBatch& batch, std::uint32_t sequence, DumpKind kind, std::uint32_t table);

}  // namespace dx::netlink
