// Whether routes that are to be deleted wait for more of their kind. Who takes back a good part of
// the table most likely takes back all he has, and then a group goes with its routes in a third of
// the time that they take one by one (Fib::take_along). To delete each at once would cost more than
// that: what is withdrawn meanwhile would wait for the kernel.
#pragma once

#include <algorithm>
#include <chrono>

#include "libfib/fib/route.hpp"

namespace dx::fib {

class DeletionHold {
public:
    static constexpr std::chrono::milliseconds kPause{20};      // longer than between two slices
    static constexpr std::chrono::milliseconds kLongest{1000};  // for one that goes on and on

    // Routes were withdrawn.
    void withdrawn(TimePoint now) {
        if (now >= last_ + kPause) began_ = now;
        last_ = now;
    }

    // When that counts as over, if nothing more comes.
    TimePoint end() const { return std::min(last_ + kPause, began_ + kLongest); }

private:
    TimePoint began_{};
    TimePoint last_{};
};

}  // namespace dx::fib
