#include "libfib/fib/bucket_weights.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace dx::fib {

std::vector<unsigned> buckets_of(std::span<const std::uint16_t> weights, unsigned buckets) {
    const auto total = std::accumulate(weights.begin(), weights.end(), 0U);
    std::vector<unsigned> wants;
    unsigned sum = 0;
    unsigned lower = 0;
    for (const auto weight : weights) {
        sum += weight;
        const auto upper = (buckets * sum + total / 2) / total;  // DIV_ROUND_CLOSEST
        wants.push_back(upper - lower);
        lower = upper;
    }
    return wants;
}

namespace {

// However small its share, who has one carries something: else it would be shown as used, and idle.
void give_each_a_bucket(std::vector<std::uint16_t>& weights, unsigned buckets) {
    if (weights.size() > buckets) return;
    for (bool again = true; std::exchange(again, false);) {
        const auto given = buckets_of(weights, buckets);
        for (std::size_t i = 0; i < weights.size(); ++i)
            if (given[i] == 0) {
                ++weights[i];
                again = true;
            }
    }
}

}  // namespace

std::vector<std::uint16_t> protection_weights(std::span<const std::uint16_t> shares,
                                              std::size_t backups, unsigned buckets) {
    std::vector<std::uint16_t> weights;
    if (shares.empty()) return std::vector<std::uint16_t>(backups, kBackupWeight);
    const unsigned largest = std::max<unsigned>(1, *std::max_element(shares.begin(), shares.end()));
    for (const unsigned share : shares)
        weights.push_back(static_cast<std::uint16_t>(
            std::max(1U, (share * kFullWeight + largest / 2) / largest)));
    give_each_a_bucket(weights, buckets);
    for (; backups > 0; --backups) {
        weights.push_back(kBackupWeight);
        const auto given = buckets_of(weights, buckets);
        const bool idle = std::all_of(given.begin() + static_cast<std::ptrdiff_t>(shares.size()),
                                      given.end(), [](unsigned count) { return count == 0; });
        if (idle) continue;
        weights.pop_back();
        break;
    }
    return weights;
}

}  // namespace dx::fib
