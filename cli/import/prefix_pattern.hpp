// "10.0.0.0/16 ge 20 le 24", as both IOS and dxrouted write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dx::importing {

struct PrefixPattern {
    std::string prefix;
    unsigned ge = 0;  // the lengths that it takes
    unsigned le = 0;

    std::string text() const;  // in dxrouted's words
};

// `any` is every prefix of the family. None if it makes no sense.
std::optional<PrefixPattern> make_pattern(std::string_view prefix, bool ipv6, unsigned ge,
                                          unsigned le);

// Reads text() back.
std::optional<PrefixPattern> parse_pattern(std::string_view text);

}  // namespace dx::importing
