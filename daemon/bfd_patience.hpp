// How long BFD that both sides run may take to come Up.
#pragma once

#include <chrono>

#include "libfib/bfd/session.hpp"

namespace dx::daemon {

// Both sides speak once a second at first, and lose a packet now and then.
inline std::chrono::milliseconds bfd_patience(const bfd::SessionSettings& settings) {
    constexpr std::chrono::seconds kSomeMore{5};
    const auto detection = settings.required_min_rx * settings.detect_multiplier;
    return std::chrono::ceil<std::chrono::milliseconds>(3 * detection) + kSomeMore;
}

}  // namespace dx::daemon
