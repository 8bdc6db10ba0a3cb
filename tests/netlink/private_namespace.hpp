// A network namespace of the test's own, with `ip` in the part of the administrator.
//
// The test's thread moves into it for good: whatever is opened or started afterwards lives there,
// and all of it goes away with the process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dx::test {

// Moves this thread into a new network namespace, with lo up. False, with a message on stderr,
// where that is not allowed: the test has nothing to stand on then.
bool enter_private_namespace();

// The same with v0 and v1 in it, up, with 198.18.0.1/24 and 2001:db8:0::1/64, 198.18.1.1/24 and
// 2001:db8:1::1/64. Their other ends p0 and p1 are up: setting one down takes the carrier away.
bool enter_namespace_with_two_links();

// v<link> of two links up, with its IPv6 address: the kernel takes that away when a link is shut.
void raise_link(int link);

std::uint32_t index_of(const std::string& interface);

// Runs a command and returns what it printed; throws std::runtime_error unless it succeeds.
std::string run(const std::string& command);

// `ip` with these words: ip("route add 10.0.0.0/8 via 192.0.2.1").
std::string ip(const std::string& words);

// The lines of `ip -4|-6 route show table main proto 186` and the like, without trailing blanks.
std::vector<std::string> lines_of_ip(const std::string& words);

}  // namespace dx::test
