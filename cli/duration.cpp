#include "cli/duration.hpp"

#include <string>

#include "cli/failure.hpp"
#include "libfib/text/duration.hpp"

namespace dx::cli {

std::chrono::milliseconds duration_of(std::string_view text) {
    if (const auto duration = text::parse_duration(text)) return *duration;
    throw Failure('"' + std::string(text) + "\" is no duration (expected 300ms, 30s or 3m)",
                  kUsage);
}

}  // namespace dx::cli
