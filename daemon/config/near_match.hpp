// What was probably meant by a misspelt word.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace dx::config {

// The candidate with the fewest edits (a letter added, left out, changed, or two neighbors
// swapped), if they are few for the word's length.
std::optional<std::string_view> near_match(std::string_view word,
                                           std::span<const std::string_view> candidates);

}  // namespace dx::config
