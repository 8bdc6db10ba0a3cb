// How long failures took: from the word that a neighbor is lost until the kernel has acknowledged
// that every forwarding group leads elsewhere. Counted by duration, for the metrics.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace dx::fib {

class FailoverTimes {
public:
    using Duration = std::chrono::nanoseconds;

    static constexpr std::array<std::chrono::microseconds, 10> kBounds{
        std::chrono::microseconds(100),     std::chrono::microseconds(250),
        std::chrono::microseconds(500),     std::chrono::microseconds(1'000),
        std::chrono::microseconds(2'500),   std::chrono::microseconds(10'000),
        std::chrono::microseconds(50'000),  std::chrono::microseconds(250'000),
        std::chrono::microseconds(500'000), std::chrono::microseconds(1'000'000)};

    // By the first bound that a failure kept; the last are those that took longer than all.
    using Counts = std::array<std::uint64_t, kBounds.size() + 1>;

    void add(Duration took) {
        std::size_t at = 0;
        while (at < kBounds.size() && took > kBounds[at])
            ++at;
        ++counts_[at];
        sum_ += took;
    }

    const Counts& counts() const { return counts_; }

    Duration sum() const { return sum_; }

private:
    Counts counts_{};
    Duration sum_{};
};

}  // namespace dx::fib
