// From the kernel's receive time stamps to the steady clock. Pure: both clocks are read elsewhere.
//
// A stamp is of the time of day, which may be set at any moment. So it counts only while the two
// clocks go alike; else a packet counts as having come just now, which is never too early.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "libfib/bfd/session.hpp"

namespace dx::bfd {

using TimeOfDay = std::chrono::nanoseconds;  // since 1970

class ArrivalClock {
public:
    // Both clocks at one moment, after a batch of packets was read.
    void read(TimePoint steady, TimeOfDay real) {
        const auto ahead = real - steady.time_since_epoch();
        trusted_ = ahead_ && ahead - *ahead_ < kSlack && *ahead_ - ahead < kSlack;
        ahead_ = ahead;
        now_ = steady;
    }

    TimePoint now() const { return now_; }

    // When a packet with this stamp came; not later than now().
    TimePoint arrival(std::optional<TimeOfDay> stamp) const {
        if (!trusted_ || !stamp) return now_;
        const TimePoint at{std::chrono::duration_cast<TimePoint::duration>(*stamp - *ahead_)};
        return std::min(at, now_);
    }

private:
    static constexpr std::chrono::milliseconds kSlack{1};

    std::optional<TimeOfDay> ahead_;  // the time of day before the steady clock
    bool trusted_ = false;
    TimePoint now_;
};

}  // namespace dx::bfd
