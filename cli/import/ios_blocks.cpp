#include "cli/import/ios_blocks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace dx::importing {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// The first word, which is taken off.
std::string_view take_word(std::string_view& text) {
    text = trimmed(text);
    const auto word = text.substr(0, std::min(text.find_first_of(kBlanks), text.size()));
    text.remove_prefix(word.size());
    return word;
}

// What stands between a banner's kind and its text, and again behind it: one character, which
// `show running-config` writes as ^C where it is a control character.
std::optional<std::string_view> take_delimiter(std::string_view& text) {
    constexpr std::array<std::string_view, 3> kOfFrr{"line", "file", "default"};
    text = trimmed(text);
    if (std::ranges::any_of(kOfFrr, [&](auto word) { return text.starts_with(word); }) ||
        text.empty())
        return std::nullopt;
    const auto delimiter = text.substr(0, text.starts_with("^C") ? 2 : 1);
    text.remove_prefix(delimiter.size());
    return delimiter;
}

// banner KIND DELIMITER text DELIMITER, the text over many lines. One without an end is none:
// what follows is read as configuration then.
std::size_t banner_length(std::span<const std::string_view> lines) {
    auto first = lines.front();
    if (take_word(first) != "banner") return 1;
    take_word(first);
    const auto delimiter = take_delimiter(first);
    if (!delimiter || first.find(*delimiter) != first.npos) return 1;
    const auto end = std::ranges::find_if(lines.subspan(1), [&](std::string_view line) {
        return line.find(*delimiter) != line.npos;
    });
    return end == lines.end() ? 1 : static_cast<std::size_t>(end - lines.begin()) + 1;
}

// Below `crypto pki certificate chain`: `certificate …`, its bytes as hexadecimal words, `quit`.
bool is_of_certificates(std::string_view line) {
    const auto text = trimmed(line);
    if (text.empty() || text == "quit" || text.starts_with("certificate ")) return true;
    return std::ranges::all_of(text,
                               [](unsigned char c) { return std::isxdigit(c) != 0 || c == ' '; });
}

std::size_t certificates_length(std::span<const std::string_view> lines) {
    auto first = lines.front();
    const bool chain = take_word(first) == "crypto" && !take_word(first).empty() &&
                       take_word(first) == "certificate" && take_word(first) == "chain";
    if (!chain) return 1;
    auto end = std::ranges::find_if_not(lines.subspan(1), is_of_certificates);
    while (trimmed(*(end - 1)).empty())
        --end;
    return static_cast<std::size_t>(end - lines.begin());
}

}  // namespace

std::size_t ios_block_length(std::span<const std::string_view> lines) {
    return std::max(banner_length(lines), certificates_length(lines));
}

}  // namespace dx::importing
