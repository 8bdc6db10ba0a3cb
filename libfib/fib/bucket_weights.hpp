// The weights of a nexthop group's members, chosen so that the kernel does what a protection group
// needs: the best next hops carry the traffic in their shares, a backup waits without a bucket
// until the kernel itself has dropped the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dx::fib {

inline constexpr std::uint16_t kBuckets = 64;      // of a resilient group
inline constexpr std::uint16_t kFullWeight = 255;  // of the heaviest of the best
inline constexpr std::uint16_t kBackupWeight = 1;

// The buckets that Linux gives each member of a resilient group, in their order
// (net/ipv4/nexthop.c, nh_res_group_rebalance: cumulated shares, each rounded to the closest).
std::vector<unsigned> buckets_of(std::span<const std::uint16_t> weights, unsigned buckets);

// Weights of the best, scaled so that the largest share is 255 and the smallest gets a bucket, and
// of as many of the backups as get no bucket beside them. Without any best the backups share
// equally, with weight 1: what is left in the kernel once it dropped the best.
std::vector<std::uint16_t> protection_weights(std::span<const std::uint16_t> shares,
                                              std::size_t backups, unsigned buckets);

}  // namespace dx::fib
