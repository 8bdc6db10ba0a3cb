// How long to wait before a refused request is made again.
#pragma once

#include <algorithm>
#include <chrono>

namespace dx::fib {

// 100 ms, doubled with each failure, at most 30 s.
inline std::chrono::milliseconds backoff(unsigned failures) {
    constexpr std::chrono::milliseconds kFirst{100};
    constexpr std::chrono::milliseconds kLongest{30000};
    return std::min(kLongest, kFirst * (1 << std::min(failures, 10U)));
}

}  // namespace dx::fib
