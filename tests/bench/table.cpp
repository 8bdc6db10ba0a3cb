#include "tests/bench/table.hpp"

#include <vector>

namespace dx::bench {

namespace {

net::Prefix prefix(std::uint32_t number) {
    return {net::IpAddress::v4(0x01000000U + (number << 8)), 24};
}

}  // namespace

bgp::Buffer announcements(std::uint32_t prefixes, const Feed& feed) {
    bgp::Buffer bytes;
    std::vector<net::Prefix> group;
    for (std::uint32_t i = 0; i < prefixes;) {
        bgp::PathAttributes attributes;
        attributes.next_hop.address = feed.next_hop;
        attributes.origin = bgp::Origin::Igp;
        std::vector<bgp::AsNumber> path(1 + feed.prepended, feed.as);
        path.insert(path.end(), {3356, 100'000 + i / kPrefixesPerSet});
        attributes.as_path = bgp::AsPath::sequence(path);
        attributes.communities = {bgp::Community::of(64512, 100)};
        group.clear();
        for (std::uint32_t n = 0; n < kPrefixesPerSet && i < prefixes; ++n, ++i)
            group.push_back(prefix(i));
        bgp::encode_announcements(net::Family::Ipv4, group, attributes, {}, bytes);
    }
    return bytes;
}

bgp::Buffer withdrawals(std::uint32_t prefixes) {
    bgp::Buffer bytes;
    std::vector<net::Prefix> all;
    for (std::uint32_t i = 0; i < prefixes; ++i)
        all.push_back(prefix(i));
    bgp::encode_withdrawals(net::Family::Ipv4, all, {}, bytes);
    return bytes;
}

}  // namespace dx::bench
