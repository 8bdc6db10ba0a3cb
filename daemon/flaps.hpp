// How often a circuit failed of late, and how long it must be back before it is used again.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace dx::daemon {

class Flaps {
public:
    using Clock = std::chrono::steady_clock;

    // So many failures within the window make a circuit one that flaps.
    static constexpr std::size_t kMany = 3;
    static constexpr std::chrono::minutes kWindow{5};
    static constexpr std::chrono::seconds kDelayOfFlapping{10};

    void failed(Clock::time_point now);

    // The session was ended on purpose, or its routes are kept: it need not prove itself again.
    void ended() { failed_last_ = false; }

    std::size_t recent(Clock::time_point now) const;

    // Of the session that begins now. `configured` is the operator's `return-delay`.
    Clock::duration delay(std::chrono::seconds configured, Clock::time_point now) const;

private:
    std::deque<Clock::time_point> failures_;
    bool failed_last_ = false;
};

}  // namespace dx::daemon
