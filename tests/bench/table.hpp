// The table that the benchmarks load, as the bytes a peer would send: /24s of which seven share a
// set of attributes, as in the Internet's table.
#pragma once

#include <cstdint>

#include "libbgp/wire/message.hpp"
#include "libbgp/wire/update.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bench {

inline constexpr std::uint32_t kPrefixesPerSet = 7;

struct Feed {
    bgp::AsNumber as = 64512;
    net::IpAddress next_hop = net::IpAddress::v4(0xc0000201);  // 192.0.2.1
    std::uint32_t prepended = 0;  // how often its AS stands there once more
};

// The first `prefixes` of the table, one UPDATE a set of attributes.
bgp::Buffer announcements(std::uint32_t prefixes, const Feed& feed = {});
bgp::Buffer withdrawals(std::uint32_t prefixes);

// Visits the body of each message in `bytes`.
template <class Visit>
void for_each_message(const bgp::Buffer& bytes, Visit visit) {
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = bytes[at + 16] << 8 | bytes[at + 17];
        visit(bgp::Bytes(bytes.data() + at + bgp::kHeaderSize, length - bgp::kHeaderSize));
        at += length;
    }
}

}  // namespace dx::bench
