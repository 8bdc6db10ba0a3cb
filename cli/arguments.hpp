// Which words may stand for the arguments of a pattern.
#pragma once

#include <string_view>

namespace dx::cli {

inline constexpr std::string_view kRestOfLine = "COMMAND";

// In the place of a NEIGHBOR. It is an argument, since no Tab may type it for somebody.
inline constexpr std::string_view kEveryNeighbor = "*";

// A word of a pattern that stands for others: in capitals, or that `*`.
bool is_argument_name(std::string_view word);

// True if `word` can stand where the pattern has `argument`: PREFIX wants an address or prefix,
// SECONDS a number, COMMAND anything else, * itself; others take any word.
bool fits_argument(std::string_view argument, std::string_view word);

// True if `word` may become that by further letters.
bool may_become_argument(std::string_view argument, std::string_view word);

}  // namespace dx::cli
