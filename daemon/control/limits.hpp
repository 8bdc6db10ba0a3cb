// How long what the control API is asked for may last. dxctl has them from here, to say so in the
// words of its commands.
#pragma once

#include <chrono>

namespace dx::control {

// Both ends are within.
struct DurationRange {
    std::chrono::milliseconds min;
    std::chrono::milliseconds max;

    constexpr bool contains(std::chrono::milliseconds duration) const {
        return duration >= min && duration <= max;
    }
};

inline constexpr DurationRange kConfirmTime{std::chrono::seconds(1), std::chrono::hours(24)};
inline constexpr DurationRange kDrainWait{std::chrono::seconds(0), std::chrono::hours(1)};
inline constexpr DurationRange kFailoverTestLength{std::chrono::seconds(1),
                                                   std::chrono::hours(72)};  // as AWS's own test

}  // namespace dx::control
