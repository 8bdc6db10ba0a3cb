// `--help`: of dxctl as a whole, or of the commands that begin with some words.
#pragma once

#include <cstddef>
#include <string>

#include "cli/command_tree.hpp"

namespace dx::cli {

std::string help_of_all();

// `words` in full, as CommandTree::Next has them. "" where no command begins so.
std::string help_of(const Words& words, std::size_t width);

}  // namespace dx::cli
