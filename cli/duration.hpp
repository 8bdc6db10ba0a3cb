// Durations as the configuration has them: "300ms", "30s", "3m"; a bare number is seconds.
#pragma once

#include <chrono>
#include <string_view>

namespace dx::cli {

// Throws Failure (wrong usage) for what is none.
std::chrono::milliseconds duration_of(std::string_view text);

}  // namespace dx::cli
