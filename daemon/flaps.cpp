#include "daemon/flaps.hpp"

#include <algorithm>

namespace dx::daemon {

void Flaps::failed(Clock::time_point now) {
    failed_last_ = true;
    failures_.push_back(now);
    if (failures_.size() > kMany) failures_.pop_front();
}

std::size_t Flaps::recent(Clock::time_point now) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(failures_, [now](auto failure) { return now - failure < kWindow; }));
}

Flaps::Clock::duration Flaps::delay(std::chrono::seconds configured, Clock::time_point now) const {
    if (!failed_last_) return {};
    if (recent(now) < kMany) return configured;
    return std::max(configured, kDelayOfFlapping);
}

}  // namespace dx::daemon
