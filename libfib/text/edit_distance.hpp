// How far a word is from one that was meant.
#pragma once

#include <cstddef>
#include <string_view>

namespace dx::text {

// The optimal string alignment distance: characters put in, left out, changed, or swapped with
// their neighbor.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace dx::text
