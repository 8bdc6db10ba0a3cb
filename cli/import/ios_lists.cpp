#include "cli/import/ios_lists.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>

#include <fmt/format.h>

#include "cli/import/numbers.hpp"
#include "cli/import/prefix_pattern.hpp"

namespace dx::importing {
namespace {

constexpr std::size_t kLongestExpression = 500;
constexpr std::size_t kLongestPattern = 40;

// One of dxrouted's patterns for communities, or a community.
bool is_pattern(const std::string& glob) {
    const auto colons = std::ranges::count(glob, ':');
    if (glob.find('*') == glob.npos) return colons != 0 && !community_of(glob).empty();
    return (colons == 1 || colons == 2) && glob.size() <= kLongestPattern &&
           glob.find("::") == glob.npos && glob.front() != ':' && glob.back() != ':';
}

// An expanded community list's expression as one of dxrouted's patterns: "_7224:8.*" is "7224:8*",
// and "7224:8" is "*7224:8*", since an expression may match anywhere in the text. None for what no
// pattern says exactly: `_` between communities, `+`, and `*` of anything but `.` and `[0-9]`.
std::optional<std::string> glob_of(std::string_view text) {
    constexpr std::string_view kAnchors = "^$_", kPlain = "0123456789:";
    const auto start = text.find_first_not_of(kAnchors);
    if (start == text.npos) return std::nullopt;
    const auto end = text.find_last_not_of(kAnchors) + 1;
    std::string glob(start == 0 ? "*" : "");
    for (auto rest = text.substr(start, end - start); !rest.empty();) {
        const std::string_view any = rest.starts_with(".*") ? ".*" : "[0-9]*";
        if (const bool is_any = rest.starts_with(any);
            is_any || kPlain.find(rest[0]) != kPlain.npos) {
            glob += is_any ? '*' : rest[0];
            rest.remove_prefix(is_any ? any.size() : 1);
        } else {
            return std::nullopt;
        }
    }
    if (end == text.size()) glob += '*';
    const auto doubled =
        std::ranges::unique(glob, [](char a, char b) { return a == '*' && b == '*'; });
    glob.erase(doubled.begin(), doubled.end());
    return is_pattern(glob) ? std::optional(glob) : std::nullopt;
}

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

// dxrouted takes POSIX extended expressions with `_`; the text of a path has no letters.
bool is_expression(const std::string& text) {
    if (text.empty() || text.size() > kLongestExpression) return false;
    const auto is_strange = [](unsigned char c) {
        return std::isalpha(c) != 0 || std::isprint(c) == 0;
    };
    if (std::ranges::any_of(text, is_strange)) return false;
    try {
        std::regex(text, std::regex::extended);
        return true;
    } catch (const std::regex_error&) {
        return false;
    }
}

// Denials behind the last permission say what holds anyway.
void drop_last_denials(std::vector<ListEntry>& entries) {
    while (!entries.empty() && !entries.back().permit)
        entries.pop_back();
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

bool IosLists::take(const IosLine& line) {
    const auto first = line.word(0), second = line.word(1);
    const bool ip = first == "ip", ipv6 = first == "ipv6", bgp = first == "bgp";
    if ((ip || ipv6) && second == "prefix-list") {
        take_prefix_list(line, ipv6);
    } else if ((ip || bgp) && second == "community-list") {
        take_community_list(line, 2, communities_);
    } else if ((ip || bgp) && second == "large-community-list") {
        take_community_list(line, 2, large_communities_);
    } else if ((ip || bgp) && second == "as-path" && line.word(2) == "access-list") {
        take_as_path_list(line, 3);
    } else {
        return false;
    }
    return true;
}

void IosLists::add(IosList& list, ListEntry entry) {
    if (entry.sequence == 0)
        entry.sequence = list.entries.empty() ? 5 : list.entries.back().sequence + 5;
    const auto place =
        std::ranges::upper_bound(list.entries, entry.sequence, {}, &ListEntry::sequence);
    account_.done(*entry.line);
    list.entries.insert(place, std::move(entry));
}

// NAME [seq N] permit|deny PREFIX [ge N] [le N], NAME description TEXT
void IosLists::take_prefix_list(const IosLine& line, bool ipv6) {
    auto& list = prefix_lists_[{std::string(line.word(2)), ipv6}];
    if (line.negated || line.word(2) == "sequence-number")
        return account_.needless(line, "prefix sets have no sequence numbers");
    if (line.word(3) == "description") {
        list.comments.emplace_back(line.rest(4));
        return account_.done(line);
    }
    std::size_t at = 3;
    ListEntry entry{.line = &line};
    if (line.word(at) == "seq") entry.sequence = to_number(line.word(at + 1)), at += 2;
    entry.permit = line.word(at) == "permit";
    unsigned ge = 0, le = 0;
    bool good = entry.permit || line.word(at) == "deny";
    for (auto option = at + 2; option < line.words.size(); option += 2) {
        const auto length = to_number(line.word(option + 1));
        good &= length != 0;
        if (line.word(option) == "ge")
            ge = length;
        else if (line.word(option) == "le")
            le = length;
        else
            good = false;
    }
    const auto pattern = make_pattern(line.word(at + 1), ipv6, ge, le);
    if (!good || !pattern) {
        list.trouble = fmt::format("line {} of it could not be read", line.number);
        return account_.skip(line, "it is not [seq N] permit|deny PREFIX [ge N] [le N]");
    }
    entry.items = {pattern->text()};
    add(list, std::move(entry));
}

// [standard|expanded] NAME [seq N] permit|deny COMMUNITY…
void IosLists::take_community_list(const IosLine& line, std::size_t at, Lists& lists) {
    const bool said = line.word(at) == "standard" || line.word(at) == "expanded";
    const auto name = line.word(said ? at + 1 : at);
    auto& list = lists[std::string(name)].list;
    list.expanded = line.word(at) == "expanded" || (!said && to_number(name) >= 100);
    at += said ? 2 : 1;
    ListEntry entry{.line = &line};
    if (line.word(at) == "seq") entry.sequence = to_number(line.word(at + 1)), at += 2;
    entry.permit = line.word(at) == "permit";
    for (auto i = at + 1; i < line.words.size(); ++i) {
        auto item =
            list.expanded ? glob_of(line.words[i]).value_or("") : community_of(line.words[i]);
        if (!item.empty() && is_of_kind(item, &lists == &large_communities_))
            entry.items.push_back(std::move(item));
    }
    const bool whole = at + 1 + entry.items.size() == line.words.size() && !entry.items.empty();
    const bool in_a_row = list.expanded && entry.items.size() > 1;  // one expression with blanks
    if (line.negated || !whole || in_a_row || (!entry.permit && line.word(at) != "deny")) {
        list.trouble = fmt::format("line {} of it could not be translated", line.number);
        return account_.skip(line,
                             "community sets have communities and patterns as 7224:8*00 only");
    }
    add(list, std::move(entry));
}

// NAME [seq N] permit|deny EXPRESSION
void IosLists::take_as_path_list(const IosLine& line, std::size_t at) {
    auto& list = as_paths_[std::string(line.word(at))].list;
    ++at;
    ListEntry entry{.line = &line};
    if (line.word(at) == "seq") entry.sequence = to_number(line.word(at + 1)), at += 2;
    entry.permit = line.word(at) == "permit";
    entry.items = {std::string(line.rest(at + 1))};
    if (line.negated || !is_expression(entry.items.front()) ||
        (!entry.permit && line.word(at) != "deny")) {
        list.trouble = fmt::format("line {} of it could not be read", line.number);
        return account_.skip(
            line, "it is not [seq N] permit|deny EXPRESSION, with one that dxrouted knows");
    }
    add(list, std::move(entry));
}

void IosLists::finish() {
    for (auto& [key, list] : prefix_lists_) {
        auto& result = prefixes_[key];
        result.entries = list.entries;
        result.trouble = list.trouble;
        NamedSet set{{}, {}, list.comments};
        for (auto i = list.entries.begin(); i != list.entries.end(); ++i) {
            if (i->permit) set.items.push_back(i->items.front());
            const auto pattern = *parse_pattern(i->items.front());
            result.ordered |=
                !i->permit && std::any_of(i + 1, list.entries.end(), [&](const auto& later) {
                    return later.permit && parse_pattern(later.items.front())->overlaps(pattern);
                });
        }
        if (result.ordered || !result.trouble.empty()) continue;
        result.set = set.name = prefix_names_.take({key.first, "list"});
        out_.prefix_sets.push_back(std::move(set));
    }
    finish_communities(communities_);
    finish_communities(large_communities_);
    finish_as_paths();
}

void IosLists::finish_communities(Lists& lists) {
    for (auto& [name, named] : lists) {
        auto& [list, result] = named;
        drop_last_denials(list.entries);
        const auto denies =
            std::ranges::any_of(list.entries, [](const auto& e) { return !e.permit; });
        const auto several =
            std::ranges::any_of(list.entries, [](const auto& e) { return e.items.size() > 1; });
        result.trouble = list.trouble;
        if (denies) result.trouble = "it denies before it permits";
        if (several && list.entries.size() > 1)
            result.trouble = "it wants one of several combinations";
        if (!result.trouble.empty()) continue;
        result.all = several;
        NamedSet set{community_names_.take({name, "list"}), {}, {}};
        for (const auto& entry : list.entries)
            set.items.insert(set.items.end(), entry.items.begin(), entry.items.end());
        result.set = set.name;
        out_.community_sets.push_back(std::move(set));
    }
}

void IosLists::finish_as_paths() {
    for (auto& [name, named] : as_paths_) {
        auto& [list, result] = named;
        auto entries = list.entries;
        drop_last_denials(entries);
        result.trouble = list.trouble;
        if (std::ranges::any_of(entries, [](const auto& e) { return !e.permit; }))
            result.trouble = "it denies before it permits";
        if (!result.trouble.empty()) continue;
        NamedSet set{as_path_names_.take({name, "list"}), {}, {}};
        for (const auto& entry : entries)
            set.items.push_back(entry.items.front());
        result.set = set.name;
        out_.as_path_sets.push_back(std::move(set));
    }
}

IosLists::Prefixes IosLists::prefixes(std::string_view name, bool ipv6) const {
    const auto found = prefixes_.find({std::string(name), ipv6});
    if (found != prefixes_.end()) return found->second;
    Prefixes none;
    none.trouble = "it is not defined";
    return none;
}

IosLists::Other IosLists::find(const Lists& lists, std::string_view name, std::string_view what) {
    const auto found = lists.find(name);
    auto result =
        found == lists.end() ? Other{{}, false, "it is not defined"} : found->second.result;
    if (!result.trouble.empty())
        result.trouble = fmt::format("{} list {}: {}", what, name, result.trouble);
    return result;
}

const IosList* IosLists::as_path_list(std::string_view name) const {
    const auto found = as_paths_.find(name);
    return found == as_paths_.end() ? nullptr : &found->second.list;
}

}  // namespace dx::importing
