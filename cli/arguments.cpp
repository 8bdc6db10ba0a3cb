#include "cli/arguments.hpp"

namespace dx::cli {
namespace {

constexpr std::string_view kSeconds = "0123456789.";

}  // namespace

bool is_argument_name(std::string_view word) {
    return word == kEveryNeighbor || (!word.empty() && word.front() >= 'A' && word.front() <= 'Z');
}

bool fits_argument(std::string_view argument, std::string_view word) {
    const bool number = !word.empty() && word.find_first_not_of(kSeconds) == word.npos;
    if (argument == kEveryNeighbor) return word == argument;
    if (argument == "SECONDS") return number;
    if (argument == kRestOfLine) return !number;
    return argument != "PREFIX" || (may_become_argument(argument, word) &&
                                    word.find_first_of(".:") != std::string_view::npos);
}

bool may_become_argument(std::string_view argument, std::string_view word) {
    const auto has_only = [&](std::string_view allowed) {
        return word.find_first_not_of(allowed) == word.npos;
    };
    if (argument == kEveryNeighbor) return word == argument;
    if (argument == "SECONDS") return has_only(kSeconds);
    return argument != "PREFIX" || has_only("0123456789abcdefABCDEF.:/");
}

}  // namespace dx::cli
