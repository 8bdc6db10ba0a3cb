// The interactive shell: a prompt, history, `?` for help at any word, Tab. libedit is known to
// shell.cpp alone.
#pragma once

#include "cli/interpreter.hpp"

namespace dx::cli {

// Until `exit`, `quit` or end of input; gives the exit code. Where stdin is no terminal its lines
// are commands, and the first that fails ends it.
int run_shell(Interpreter& interpreter, Options options);

}  // namespace dx::cli
