// Reads the kernel's tables for a test, by the same sockets and codec as the daemon, and sends it
// single requests.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libfib/fib/kernel.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::test {

// All routes of the table, by family and prefix; one prefix may have several.
std::multimap<net::Prefix, fib::KernelRoute> kernel_routes(std::uint32_t table = 254);

// The same for routes of one protocol.
std::multimap<net::Prefix, fib::KernelRoute> kernel_routes_of(std::uint8_t protocol,
                                                              std::uint32_t table = 254);

std::map<fib::ObjectId, fib::KernelObject> kernel_objects();

// How many buckets of a resilient group each of its members has, in their order.
std::vector<unsigned> buckets_of(fib::ObjectId group);

// What became of each request: errno and the kernel's explanation, in the order of the requests.
std::vector<std::pair<int, std::string>> send_requests(
    const std::vector<fib::KernelRequest>& requests, std::uint32_t table = 254);

}  // namespace dx::test
