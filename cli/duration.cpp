#include "cli/duration.hpp"

#include <array>
#include <charconv>
#include <string>

#include "cli/failure.hpp"

namespace dx::cli {
namespace {

struct Unit {
    std::string_view name;
    std::chrono::milliseconds length;
};

constexpr std::array kUnits{
    Unit{"ms", std::chrono::milliseconds(1)}, Unit{"s", std::chrono::seconds(1)},
    Unit{"", std::chrono::seconds(1)},        Unit{"m", std::chrono::minutes(1)},
    Unit{"h", std::chrono::hours(1)},         Unit{"d", std::chrono::hours(24)},
};

}  // namespace

std::chrono::milliseconds duration_of(std::string_view text) {
    constexpr unsigned kMost = 1'000'000;
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (error == std::errc{} && number <= kMost)
        for (const auto& unit : kUnits)
            if (rest == unit.name) return number * unit.length;
    throw Failure('"' + std::string(text) + "\" is no duration (expected 300ms, 30s or 3m)",
                  kUsage);
}

}  // namespace dx::cli
