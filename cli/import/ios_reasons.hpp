// Lines of IOS and FRR that are not translated for a reason that is known beforehand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/import/ios_line.hpp"

namespace dx::importing {

inline constexpr auto kNothingPasses = "nothing passes in this direction until a policy is written";

enum class IosPlace : std::uint8_t { File, Router, Neighbor };  // where the line stands

// True if the line's words from `at` on begin with `words`.
bool begins_with(const IosLine& line, std::size_t at, std::string_view words);

// True for the first line of a section that dxrouted does without, with all that stands below it.
bool is_needless_section(const IosLine& line);

// Puts the reason into the account; false if there is none.
bool give_reason(IosPlace place, const IosLine& line, std::size_t at, LineAccount& account);

// The same for a line whose reason is that of another one, its section's first.
bool give_reason(IosPlace place, const IosLine& line, const IosLine& words, std::size_t at,
                 LineAccount& account);

// Why `no` of what stands at `at` cannot be followed: dxrouted does that always. Else "".
std::string_view done_always(const IosLine& line, std::size_t at);

}  // namespace dx::importing
