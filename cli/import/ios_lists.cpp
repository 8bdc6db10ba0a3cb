#include "cli/import/ios_lists.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

#include <fmt/format.h>

#include "cli/import/ios_communities.hpp"
#include "cli/import/numbers.hpp"
#include "cli/import/prefix_pattern.hpp"
#include "cli/import/prefix_patterns.hpp"

namespace dx::importing {
namespace {

constexpr std::size_t kLongestExpression = 500;

// dxrouted takes POSIX extended expressions with `_`; the text of a path has no letters.
bool is_expression(const std::string& text) {
    if (text.empty() || text.size() > kLongestExpression) return false;
    const auto is_strange = [](unsigned char c) {
        return std::isalpha(c) != 0 || std::isprint(c) == 0;
    };
    if (std::ranges::any_of(text, is_strange)) return false;
    try {
        [[maybe_unused]] const std::regex tried(text, std::regex::extended);
        return true;
    } catch (const std::regex_error&) {
        return false;
    }
}

// True if one of the entries denies a prefix that one behind it permits: only in their order do
// they mean the same then.
bool is_ordered(const std::vector<ListEntry>& entries) {
    PrefixPatterns permitted_behind;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const auto pattern = *parse_pattern(entry->items.front());
        if (entry->permit)
            permitted_behind.add(pattern);
        else if (permitted_behind.overlap(pattern))
            return true;
    }
    return false;
}

// Denials behind the last permission say what holds anyway.
void drop_last_denials(std::vector<ListEntry>& entries) {
    while (!entries.empty() && !entries.back().permit)
        entries.pop_back();
}

}  // namespace

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

// The communities of one line, or its expression; false if one of them cannot be translated.
bool IosLists::read_communities(const IosLine& line, std::size_t at, const IosList& list,
                                bool large, ListEntry& entry) {
    for (auto i = at; i < line.words.size(); ++i) {
        auto item = community_of(line.words[i]);
        if (list.expanded) {
            auto read = read_community_expression(line.words[i]);
            if (!read) return false;
            entry.reach = read->reach;
            item = std::move(read->pattern);
        }
        if (item.empty() || !is_of_kind(item, large)) return false;
        entry.items.push_back(std::move(item));
    }
    const bool in_a_row = list.expanded && entry.items.size() > 1;  // one expression with blanks
    return !entry.items.empty() && !in_a_row;
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
    const bool large = &lists == &large_communities_;
    if (line.negated || (!entry.permit && line.word(at) != "deny") ||
        !read_communities(line, at + 1, list, large, entry)) {
        list.trouble = fmt::format("line {} of it could not be translated", line.number);
        return account_.skip(line,
                             "community sets have communities and patterns as 7224:8*00 only");
    }
    if (entry.reach == Reach::Edge)
        account_.changed(line,
                         "the set is of every such community; a route map that asks for the "
                         "first, the last or a single one by it is not translated");
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

// Lines of a list that became no set; who uses its entries in their order takes that back.
void IosLists::skip(const IosList& list, const std::string& why) {
    for (const auto& entry : list.entries)
        account_.skip(*entry.line, why);
}

void IosLists::use(const std::vector<ListEntry>& entries) const {
    for (const auto& entry : entries)
        account_.take_back(*entry.line);
}

void IosLists::finish() {
    for (auto& [key, list] : prefix_lists_) {
        auto& result = prefixes_[key];
        result.entries = list.entries;
        result.trouble = list.trouble;
        result.ordered = is_ordered(list.entries);
        if (result.ordered)
            skip(list, "it denies part of what it permits, and no policy could use it so");
        if (!result.trouble.empty()) skip(list, result.trouble + ": it is no prefix set");
        if (result.ordered || !result.trouble.empty()) continue;
        NamedSet set{{}, {}, list.comments};
        for (const auto& entry : list.entries)
            if (entry.permit) set.items.push_back(entry.items.front());
        result.set = set.name = prefix_names_.take({key.first, "list"});
        out_.prefix_sets.push_back(std::move(set));
    }
    finish_communities(communities_);
    finish_communities(large_communities_);
    finish_as_paths();
}

// Why a route map cannot match by it, though what it names can be deleted.
std::string IosLists::match_trouble(const std::vector<ListEntry>& entries) {
    for (const auto& entry : entries) {
        if (entry.reach == Reach::Edge)
            return fmt::format(
                "line {} of it asks for the first, the last or a single community of a route",
                entry.line->number);
        if (entry.reach == Reach::Only && entries.size() > 1)
            return "it wants one of several combinations";
    }
    return {};
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
        if (!result.trouble.empty()) {
            skip(list, result.trouble + ": no community set is that");
            continue;
        }
        result.all = several;
        result.entries = list.entries.size();
        result.match_trouble = match_trouble(list.entries);
        result.exact =
            std::ranges::any_of(list.entries, [](const auto& e) { return e.reach == Reach::Only; });
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
        if (!result.trouble.empty()) {
            skip(list, result.trouble + ": no AS-path set is that");
            continue;
        }
        NamedSet set{as_path_names_.take({name, "list"}), {}, {}};
        for (const auto& entry : entries)
            set.items.push_back(entry.items.front());
        result.set = set.name;
        out_.as_path_sets.push_back(std::move(set));
    }
}

const IosLists::Prefixes& IosLists::prefixes(std::string_view name, bool ipv6) const {
    static const Prefixes kNone{.trouble = "it is not defined"};
    const auto found = prefixes_.find({std::string(name), ipv6});
    return found == prefixes_.end() ? kNone : found->second;
}

IosLists::Other IosLists::find(const Lists& lists, std::string_view name, std::string_view what) {
    const auto found = lists.find(name);
    auto result =
        found == lists.end() ? Other{.trouble = "it is not defined"} : found->second.result;
    for (auto* const trouble : {&result.trouble, &result.match_trouble})
        if (!trouble->empty()) *trouble = fmt::format("{} list {}: {}", what, name, *trouble);
    return result;
}

const IosList* IosLists::as_path_list(std::string_view name) const {
    const auto found = as_paths_.find(name);
    return found == as_paths_.end() ? nullptr : &found->second.list;
}

}  // namespace dx::importing
