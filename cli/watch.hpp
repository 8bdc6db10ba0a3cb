// `watch [SECONDS] COMMAND`: a show command again and again, until Ctrl-C.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dx::cli {

// What draws `text` below `title` over what stands on a terminal of that size, without a moment of
// an empty screen: what does not fit is left out, and how much that is said.
std::string screen_of(std::string_view title, std::string_view text, std::size_t width,
                      std::size_t height);

}  // namespace dx::cli
