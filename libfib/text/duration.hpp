// Durations as the configuration and the commands have them: 300ms, 30s, 3m, 1h, 1d; a bare number
// is seconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dx::text {

// What is longer than can be told is the longest that can be. None of what is no duration.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// In the largest unit that leaves nothing over: 90s, 2m.
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace dx::text
