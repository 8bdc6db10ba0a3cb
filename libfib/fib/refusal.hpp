// What a refusal of the kernel means: who is to blame, how long to wait, when to tell.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace dx::fib {

// The kernel is short of something: no route is to blame.
constexpr bool is_shortage(int error) {
    return error == ENOBUFS || error == ENOMEM || error == EBUSY || error == EAGAIN;
}

// A link or address is on its way up or down, and the word of it on its way to us.
constexpr bool is_passing(int error) {
    return error == ENETUNREACH || error == EHOSTUNREACH || error == ENODEV || error == ENETDOWN;
}

constexpr bool is_gone(int error) {
    return error == ESRCH || error == ENOENT;
}

// Before what was refused so many times is tried again: 100 ms, doubled with each, at most 30 s.
inline std::chrono::milliseconds backoff(unsigned failures) {
    constexpr std::chrono::milliseconds kFirst{100};
    constexpr std::chrono::milliseconds kLongest{30000};
    return std::min(kLongest, kFirst * (1 << std::min(failures, 10U)));
}

// What passes is told to the operator when it has not passed after so many attempts (6 s);
// everything else at the first.
constexpr unsigned kPassingAttempts = 7;

}  // namespace dx::fib
