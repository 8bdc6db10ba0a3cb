#include "cli/import/ios_terminal.hpp"

#include <algorithm>

#include "cli/lines.hpp"

namespace dx::importing {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// What a line looks like after the last of its bytes.
std::string overwritten(std::string_view line) {
    std::string shown;
    std::size_t at = 0;
    for (const char c : line) {
        if (c == '\b') {
            at -= at > 0 ? 1 : 0;
        } else if (c == '\r') {
            at = 0;
        } else {
            if (at == shown.size()) shown += ' ';
            shown[at++] = c;
        }
    }
    return shown;
}

// A pager's prompt that is still there: one that was not written over, or not in full.
std::string_view without_prompt(std::string_view line) {
    for (const std::string_view prompt : {"--More--", "<--- More --->"}) {
        const auto start = std::min(line.find_first_not_of(' '), line.size());
        if (line.substr(start).starts_with(prompt)) line.remove_prefix(start + prompt.size());
    }
    return line;
}

}  // namespace

std::string as_shown(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::string shown;
    shown.reserve(text.size());
    for (auto line : cli::lines_of(text)) {
        line = line.substr(0, line.find_last_not_of('\r') + 1);  // "" of npos
        shown += without_prompt(overwritten(line));
        shown += '\n';
    }
    return shown;
}

}  // namespace dx::importing
