// What a message may show of a configuration's words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dx::config {

// Cut to what a message can bear; what is no UTF-8 or could forge a line of the log shown as `?`.
std::string printable(std::string_view text, std::size_t longest = 60);

}  // namespace dx::config
