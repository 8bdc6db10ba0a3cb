#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dx::cli {

// The word of `known` that was probably meant by `given`: at most two letters are wrong, missing,
// too many or swapped; "" if there is none. Words in capitals stand for arguments and are no
// answer.
std::string near_word(std::string_view given, const std::vector<std::string>& known);

}  // namespace dx::cli
