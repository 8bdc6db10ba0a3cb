// The durations of commands.
#pragma once

#include <chrono>
#include <string_view>

namespace dx::cli {

// As text::parse_duration has it; throws Failure (wrong usage) for what is none.
std::chrono::milliseconds duration_of(std::string_view text);

}  // namespace dx::cli
