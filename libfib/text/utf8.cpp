#include "libfib/text/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace dx::text {

namespace {

// The form of a sequence, told by its first byte.
struct Form {
    std::uint8_t mask;
    std::uint8_t lead;
    std::size_t size;
    char32_t least;  // below it, a shorter form should have been used
};

constexpr Form kForms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

struct Range {
    char32_t first, last;
};

constexpr Range kUnprintable[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff},
};

}  // namespace

Character first_character(std::string_view text) {
    const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    for (const auto& form : kForms) {
        if ((byte(0) & form.mask) != form.lead) continue;
        if (text.size() < form.size) return {};
        char32_t code = byte(0) & static_cast<std::uint8_t>(~form.mask);
        for (std::size_t at = 1; at < form.size; ++at) {
            if ((byte(at) & 0xc0) != 0x80) return {};
            code = (code << 6) | (byte(at) & 0x3fU);
        }
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        if (code < form.least || code > 0x10ffff || surrogate) return {};
        return {code, form.size, true};
    }
    return {};
}

bool is_printable(char32_t code) {
    return std::ranges::none_of(
        kUnprintable, [code](Range range) { return code >= range.first && code <= range.last; });
}

}  // namespace dx::text
