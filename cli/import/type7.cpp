#include "cli/import/type7.hpp"

#include <charconv>

namespace dx::importing {
namespace {

// What the characters are combined with, beginning at the place that the first two digits name.
constexpr std::string_view kPad = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

std::optional<unsigned> number_of(std::string_view digits, int base) {
    unsigned number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

}  // namespace

std::optional<std::string> decode_type7(std::string_view text) {
    if (text.size() < 4 || text.size() % 2 != 0) return std::nullopt;
    const auto start = number_of(text.substr(0, 2), 10);
    if (!start) return std::nullopt;
    std::string plain;
    for (std::size_t at = 2; at < text.size(); at += 2) {
        const auto byte = number_of(text.substr(at, 2), 16);
        if (!byte) return std::nullopt;
        const auto pad = static_cast<unsigned char>(kPad[(*start + plain.size()) % kPad.size()]);
        plain += static_cast<char>(*byte ^ pad);
    }
    return plain;
}

}  // namespace dx::importing
