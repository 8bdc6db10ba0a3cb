// What stdout is: a terminal, how large, and whether it is to have colours.
#pragma once

#include <cstddef>

#include "cli/output.hpp"

namespace dx::cli {

bool stdout_is_terminal();

// In lines; 0 where it is not known, or no terminal.
std::size_t terminal_height();

// Of a terminal: its width, and colours unless $NO_COLOR or TERM=dumb forbid them. Else plain.
Style stdout_style();

}  // namespace dx::cli
