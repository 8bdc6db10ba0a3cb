#include "cli/text_width.hpp"

#include <algorithm>

namespace dx::cli {
namespace {

constexpr std::size_t kNarrowest = 20;  // below that wrapping makes it worse

// The bytes of what stands first: a whole escape sequence ("\x1b[31m") or a character.
std::size_t first_size(std::string_view text) {
    if (text.starts_with("\x1b["))
        return std::min(text.find_first_not_of("0123456789;", 2), text.size() - 1) + 1;
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
        ++size;
    return size;
}

bool is_escape(std::string_view text) {
    return text.starts_with('\x1b');
}

}  // namespace

std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); text.remove_prefix(first_size(text)))
        count += is_escape(text) ? 0 : 1;
    return count;
}

std::size_t lines_taken(std::string_view text, std::size_t width) {
    std::size_t lines = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto used = columns(text.substr(0, end));
        lines += width == 0 || used == 0 ? 1 : (used + width - 1) / width;
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

std::string cut(std::string_view text, std::size_t width) {
    if (width == 0 || columns(text) <= width) return std::string(text);
    std::string out;
    std::size_t room = width - 1;
    bool whole = true;
    for (; !text.empty(); text.remove_prefix(first_size(text))) {
        const auto first = text.substr(0, first_size(text));
        if (is_escape(first)) {
            out += first;  // what switches a colour off, too
        } else if (room > 0) {
            out += first;
            --room;
        } else if (whole) {
            out += "…";
            whole = false;
        }
    }
    return out;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    if (width < indent + kNarrowest) return std::string(text);
    std::string out;
    auto at = indent;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, end);
        if (at > indent && at + 1 + columns(word) > width) {
            out += '\n' + std::string(indent, ' ');
            at = indent;
        } else if (!out.empty()) {
            out += ' ';
            ++at;
        }
        out += word;
        at += columns(word);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string in_columns(const std::vector<std::string>& words, std::size_t width) {
    constexpr std::size_t kIndent = 2;
    std::size_t widest = 0;
    for (const auto& word : words)
        widest = std::max(widest, columns(word));
    const auto cell = widest + kIndent;
    const auto a_line = std::max<std::size_t>(1, width / cell);
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool last = (i + 1) % a_line == 0 || i + 1 == words.size();
        out += std::string(kIndent, ' ') + words[i];
        out += last ? "\n" : std::string(widest - columns(words[i]), ' ');
    }
    return out;
}

}  // namespace dx::cli
