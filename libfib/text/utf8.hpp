// UTF-8 that comes from outside: a peer's words, a configuration file, a description of AWS's.
#pragma once

#include <cstddef>
#include <string_view>

namespace dx::text {

struct Character {
    char32_t code = 0;
    std::size_t size = 1;  // in bytes; 1 where it is not valid
    bool valid = false;    // RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF
};

// The one that `text`, which is not empty, begins with.
Character first_character(std::string_view text);

// False of what could forge or hide a line of a log: controls, line ends, the switches of writing
// direction.
bool is_printable(char32_t code);

}  // namespace dx::text
