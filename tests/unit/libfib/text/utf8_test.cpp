#include "libfib/text/utf8.hpp"

#include "tests/support/catch.hpp"

using dx::text::first_character;
using dx::text::is_printable;

namespace {

// Code and size; {0, 1} where it is not valid.
std::pair<char32_t, std::size_t> first(std::string_view text) {
    const auto character = first_character(text);
    if (!character.valid) CHECK(character.code == 0);
    return {character.code, character.size};
}

using Pair = std::pair<char32_t, std::size_t>;

}  // namespace

TEST_CASE("a character is read with its length, whatever stands behind it") {
    CHECK(first("ab") == Pair{U'a', 1});
    CHECK(first("ä\x80") == Pair{U'ä', 2});
    CHECK(first("…") == Pair{U'…', 3});
    CHECK(first("\xf0\x9f\x98\x80") == Pair{0x1f600, 4});
    CHECK(first("\xf4\x8f\xbf\xbf") == Pair{0x10ffff, 4});
    CHECK(first(std::string_view("\0", 1)) == Pair{0, 1});
    CHECK(first_character(std::string_view("\0", 1)).valid);
}

TEST_CASE("UTF-8 is told from what only looks like it") {
    for (const std::string_view bad : {
             "\x80",              // a continuation alone
             "\xc3",              // cut off
             "\xc3(",             // its second byte is none
             "\xc1\x81",          // overlong
             "\xe0\x80\x80",      // overlong
             "\xf0\x8f\xbf\xbf",  // overlong
             "\xed\xa0\x80",      // a surrogate
             "\xf4\x90\x80\x80",  // beyond U+10FFFF
             "\xf8\x88\x80\x80",  // no lead byte
             "\xff",
         }) {
        const auto character = first_character(bad);
        CHECK_FALSE(character.valid);
        CHECK(character.size == 1);
    }
}

TEST_CASE("what could forge or hide a line of a log is not printable") {
    for (const char32_t code :
         {0x00, 0x0a, 0x1b, 0x7f, 0x85, 0x9b, 0x200f, 0x2028, 0x202e, 0x2066, 0xfeff})
        CHECK_FALSE(is_printable(code));
    for (const char32_t code : {0x20, 0x7e, 0xa0, 0xe4, 0x2026, 0x4e2d, 0x1f600})
        CHECK(is_printable(code));
}
