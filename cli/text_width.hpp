// How wide text is on a terminal, and text made to fit. Escape sequences for colours take no room,
// and a character of UTF-8 one column.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dx::cli {

std::size_t columns(std::string_view text);

// How many lines of a terminal, of `width` columns (0: no limit), the lines of `text` take.
std::size_t lines_taken(std::string_view text, std::size_t width);

// `text`, or its beginning and an ellipsis where it is wider than `width`; 0 is no limit.
std::string cut(std::string_view text, std::size_t width);

// Broken at blanks into lines of at most `width`, all but the first indented; 0 is no limit. The
// first begins at column `indent`, too.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

// Short words side by side, in lines of at most `width`, which are indented; 0: one a line.
std::string in_columns(const std::vector<std::string>& words, std::size_t width);

}  // namespace dx::cli
