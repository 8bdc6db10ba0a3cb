// The daemon's events as people read them.
#pragma once

#include <chrono>
#include <string>

#include "cli/fields.hpp"

namespace dx::cli {

// "2026-10-03 14:02:11.038", local time.
std::string event_time(const Object& event);

// What it says, with a user's name in place of a number and the counters beside it:
// "control detection time expired (packets in 812, out 820; downs 1)".
std::string event_words(const Object& event);

// "250 ms", "4 s", "12 min", "3 h", "2 days".
std::string span_text(std::chrono::milliseconds span);

}  // namespace dx::cli
