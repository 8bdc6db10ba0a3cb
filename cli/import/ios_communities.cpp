#include "cli/import/ios_communities.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr std::size_t kLongestPattern = 40;

// Words for communities, as dxrouted has them. `internet` is no community but all routes.
struct WellKnown {
    std::string_view word;
    std::string_view name;
};

constexpr WellKnown kWellKnown[] = {
    {"no-export", "no-export"},
    {"no-advertise", "no-advertise"},
    {"local-AS", "no-export-subconfed"},
    {"local-as", "no-export-subconfed"},
    {"gshut", "65535:0"},
    {"graceful-shutdown", "65535:0"},
};

// One of dxrouted's patterns for communities, or a community.
bool is_pattern(const std::string& glob) {
    const auto colons = std::ranges::count(glob, ':');
    if (glob.find('*') == glob.npos) return colons != 0 && !community_of(glob).empty();
    return (colons == 1 || colons == 2) && glob.size() <= kLongestPattern &&
           glob.find("::") == glob.npos && glob.front() != ':' && glob.back() != ':';
}

// Digits, colons and `[0-9]*` as a glob; none if there is anything else.
std::optional<std::string> glob_of(std::string_view text) {
    constexpr std::string_view kPlain = "0123456789:", kDigits = "[0-9]*";
    std::string glob;
    while (!text.empty()) {
        const bool any = text.starts_with(kDigits);
        if (!any && kPlain.find(text[0]) == kPlain.npos) return std::nullopt;
        glob += any ? '*' : text[0];
        text.remove_prefix(any ? kDigits.size() : 1);
    }
    return glob;
}

// An expression without what stands at its ends.
struct Core {
    std::string_view text;
    bool open_start = false;  // a community may go on there: "7224:8" is in 17224:81 too
    bool open_end = false;
    bool first = false;  // nothing may stand before it
    bool last = false;
};

std::optional<Core> core_of(std::string_view text) {
    constexpr std::string_view kAnchors = "^$_", kAnything = ".*";
    const auto start = text.find_first_not_of(kAnchors);
    if (start == text.npos) return std::nullopt;
    const auto end = text.find_last_not_of(kAnchors) + 1;
    const auto head = text.substr(0, start), tail = text.substr(end);
    if (head.find('$') != head.npos || tail.find('^') != tail.npos) return std::nullopt;
    Core core{text.substr(start, end - start), head.empty(), tail.empty(),
              head.find('^') != head.npos, tail.find('$') != tail.npos};
    for (; core.text.starts_with(kAnything); core.open_start = true, core.first = false)
        core.text.remove_prefix(kAnything.size());
    for (; core.text.ends_with(kAnything); core.open_end = true, core.last = false)
        core.text.remove_suffix(kAnything.size());
    return core;
}

Reach reach_of(const Core& core, const std::string& pattern) {
    if (!core.first && !core.last) return Reach::Any;
    const bool one = pattern.find('*') == pattern.npos;  // not one of several that fit
    return core.first && core.last && one ? Reach::Only : Reach::Edge;
}

}  // namespace

bool is_of_kind(std::string_view item, bool large) {
    const auto colons = std::ranges::count(item, ':');  // none: a well-known one's name
    return large ? colons == 2 : colons < 2;
}

std::string community_of(std::string_view text) {
    const auto known = std::ranges::find(kWellKnown, text, &WellKnown::word);
    if (known != std::end(kWellKnown)) return std::string(known->name);
    if (const auto old = to_number(text); old != 0)  // 32 bits in one number
        return fmt::format("{}:{}", old >> 16, old & 0xffff);
    const auto colons = std::ranges::count(text, ':');
    const bool digits =
        std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0 || c == ':'; });
    if (!digits || (colons != 1 && colons != 2)) return {};
    std::string canonical;                                // without leading zeros
    for (std::size_t start = 0; start <= text.size();) {  // RFC 1997: 16 bits, RFC 8092: 32 bits
        const auto end = std::min(text.find(':', start), text.size());
        const auto part = text.substr(start, end - start);
        const auto number = to_number(part);
        if (part.empty() || (number == 0 && part != "0") || (colons == 1 && number > 65535))
            return {};
        canonical += fmt::format("{}{}", canonical.empty() ? "" : ":", number);
        start = end + 1;
    }
    return canonical;
}

std::optional<CommunityExpression> read_community_expression(std::string_view text) {
    const auto core = core_of(text);
    if (!core) return std::nullopt;
    const auto middle = glob_of(core->text);
    if (!middle) return std::nullopt;
    auto pattern = (core->open_start ? "*" : "") + *middle + (core->open_end ? "*" : "");
    const auto doubled =
        std::ranges::unique(pattern, [](char a, char b) { return a == '*' && b == '*'; });
    pattern.erase(doubled.begin(), doubled.end());
    if (!is_pattern(pattern)) return std::nullopt;
    const auto reach = reach_of(*core, pattern);
    return CommunityExpression{std::move(pattern), reach};
}

}  // namespace dx::importing
