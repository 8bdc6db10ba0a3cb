// `dxctl complete -- WORD…`, which the completion scripts of bash and zsh ask, and `completion`,
// which prints those.
#pragma once

#include "cli/interpreter.hpp"

namespace dx::cli {

// What the last of `words`, the beginning of one, may become: a line each, with a tab and help
// behind it; "files" or "directories" behind a colon where the shell itself knows better. The words
// are those behind `dxctl`, its options among them.
std::string completion_lines(Interpreter& interpreter, Words words);

// The value of `--socket` among the words; or "".
std::string socket_among(const Words& words);

}  // namespace dx::cli
