// The few questions about UTF-8 that a configuration raises.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dx::config {

// The bytes of the first character; 0 where the text does not begin with a valid one (RFC 3629:
// no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text);

// Cut to what a message can bear, control characters shown as `?`.
std::string printable(std::string_view text, std::size_t longest = 60);

}  // namespace dx::config
