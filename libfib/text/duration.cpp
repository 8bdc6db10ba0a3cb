#include "libfib/text/duration.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace dx::text {
namespace {

using std::chrono::milliseconds;

struct Unit {
    std::string_view suffix;
    std::int64_t milliseconds;
};

// Longest first: duration_text takes the first that fits.
constexpr Unit kUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
    std::uint64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    auto suffix = text.substr(static_cast<std::size_t>(rest - text.data()));
    if (suffix.empty()) suffix = "s";
    const auto* const unit = std::ranges::find(kUnits, suffix, &Unit::suffix);
    if (unit == std::end(kUnits)) return std::nullopt;
    const auto most = static_cast<std::uint64_t>(INT64_MAX / unit->milliseconds);
    return milliseconds(static_cast<std::int64_t>(std::min(number, most)) * unit->milliseconds);
}

std::string duration_text(milliseconds duration) {
    if (duration == milliseconds::zero()) return "0s";
    const auto* const unit = std::ranges::find_if(
        kUnits, [&](const Unit& each) { return duration.count() % each.milliseconds == 0; });
    return std::to_string(duration.count() / unit->milliseconds) + std::string(unit->suffix);
}

}  // namespace dx::text
