// Commands that engineers bring along from IOS, Junos, FRR and BIRD, and what does their work here.
#pragma once

#include <cstddef>
#include <string>

#include "cli/command_tree.hpp"

namespace dx::cli {

// One line about a command line of which only the first `understood` words are ours: what to say
// instead. Words may be abbreviated, more may follow. Empty where nothing is known.
std::string advice_on_familiar(const Words& words, std::size_t understood);

}  // namespace dx::cli
