#include "cli/import/ios_match_set.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/ios_communities.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

using Map = std::vector<std::pair<std::string, Texts>>;

constexpr std::size_t kMostPrepends = 32;

struct Asked {
    const IosLine& line;
    const IosLists& lists;
    std::uint32_t our_as = 0;
};

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

Texts words_from(const IosLine& line, std::size_t at) {
    return {line.words.begin() + static_cast<std::ptrdiff_t>(std::min(at, line.words.size())),
            line.words.end()};
}

Value one_or_list(const Texts& texts) {
    return texts.size() == 1 ? Value(texts.front()) : Value(texts);
}

MatchOrSet unknown(const IosLine& line) {
    return {{}, fmt::format("dxrouted has no \"{}\"", line.text)};
}

// KEYWORD NUMBER
template <const char* key>
MatchOrSet number(const Asked& asked) {
    const auto value = asked.line.word(2);
    if (!is_number(value) || asked.line.words.size() != 3) return unknown(asked.line);
    return {{key, std::string(value)}, {}};
}

constexpr char kLocalPref[] = "local-pref";
constexpr char kMed[] = "med";

MatchOrSet origin(const Asked& asked) {
    const auto word = asked.line.word(2);
    if (word != "igp" && word != "egp" && word != "incomplete") return unknown(asked.line);
    return {{"origin", std::string(word)}, {}};
}

// match ip|ipv6 address|next-hop prefix-list NAME…
MatchOrSet match_prefixes(const Asked& asked) {
    const auto& line = asked.line;
    const bool address = line.word(2) == "address", next_hop = line.word(2) == "next-hop";
    if ((!address && !next_hop) || line.word(3) != "prefix-list" || line.words.size() < 5)
        return {{}, "dxrouted matches prefixes by prefix lists, not by access lists"};
    Texts sets;
    MatchOrSet outcome;
    for (const auto& name : words_from(line, 4)) {
        const auto& list = asked.lists.prefixes(name, line.word(1) == "ipv6");
        if (!list.trouble.empty())
            return {{}, fmt::format("prefix list {}: {}", name, list.trouble)};
        if (list.ordered && (next_hop || line.words.size() > 5))
            return {{}, fmt::format("prefix list {} denies part of what it permits", name)};
        if (list.ordered) outcome.in_order = list.entries;
        sets.push_back(list.set);
    }
    outcome.setting = {address ? "prefix" : "next-hop", one_or_list(sets)};
    return outcome;
}

MatchOrSet match_as_path(const Asked& asked) {
    Texts sets;
    for (const auto& name : words_from(asked.line, 2)) {
        const auto list = asked.lists.as_paths(name);
        if (!list.trouble.empty()) return {{}, list.trouble};
        sets.push_back(list.set);
    }
    return sets.empty() ? unknown(asked.line) : MatchOrSet{{"as-path", one_or_list(sets)}, {}};
}

// match community|large-community NAME [exact-match]
MatchOrSet match_community(const Asked& asked) {
    const auto what = std::string(asked.line.word(1));
    auto names = words_from(asked.line, 2);
    bool exact = !names.empty() && names.back() == "exact-match";
    if (exact) names.pop_back();
    if (names.size() != 1) return {{}, "one community list is needed in a match"};
    const auto list = what == "community" ? asked.lists.communities(names.front())
                                          : asked.lists.large_communities(names.front());
    if (!list.trouble.empty()) return {{}, list.trouble};
    if (!list.match_trouble.empty()) return {{}, list.match_trouble};
    // Each entry alone is one of those that are meant, and a set is all of them together.
    if (exact && list.entries > 1) return {{}, "it wants exactly one of several combinations"};
    exact |= list.exact;
    if (!exact && !list.all) return {{what, list.set}, {}};
    return {{what, Map{{exact ? "exact" : "all", {list.set}}}}, {}};
}

// set metric [+|-]NUMBER
MatchOrSet set_metric(const Asked& asked) {
    auto digits = asked.line.word(2);
    if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
    if (!is_number(digits)) return unknown(asked.line);
    return {{kMed, std::string(asked.line.word(2))}, {}};
}

MatchOrSet set_weight(const Asked&) {
    return {{},
            "a weight acts on this router alone: use local-preference (dxrouted's `weight` is "
            "something else)"};
}

// set ip next-hop ADDRESS, set ipv6 next-hop [global] ADDRESS
MatchOrSet set_next_hop(const Asked& asked) {
    const auto& line = asked.line;
    const std::size_t at = line.word(3) == "global" ? 4 : 3;
    if (line.word(2) != "next-hop" || !is_address(line.word(at)) || line.words.size() != at + 1)
        return unknown(line);
    return {{"next-hop", line.words[at]}, {}};
}

MatchOrSet set_as_path(const Asked& asked) {
    const auto numbers = words_from(asked.line, 3);
    if (asked.line.word(2) != "prepend" || numbers.empty() || numbers.size() > kMostPrepends ||
        !std::ranges::all_of(numbers, is_number))
        return unknown(asked.line);
    const bool ours = std::ranges::all_of(
        numbers, [&](const auto& each) { return to_number(each) == asked.our_as; });
    return {{"as-path-prepend", ours ? Value(std::to_string(numbers.size())) : Value(numbers)}, {}};
}

// set comm-list NAME delete
MatchOrSet delete_communities(const Asked& asked) {
    if (asked.line.word(3) != "delete") return unknown(asked.line);
    const auto list = asked.lists.communities(asked.line.word(2));
    if (!list.trouble.empty()) return {{}, list.trouble};
    return {{"community", Map{{"remove", {list.set}}}}, {}};
}

// set community|large-community COMMUNITY… [additive], set community none
MatchOrSet set_community(const Asked& asked) {
    auto items = words_from(asked.line, 2);
    const bool add = !items.empty() && items.back() == "additive";
    if (add) items.pop_back();
    if (items.empty()) return unknown(asked.line);
    if (items.front() == "none") items.clear();
    const bool large = asked.line.word(1) == "large-community";
    for (auto& item : items) {
        item = community_of(item);
        if (item.empty() || !is_of_kind(item, large)) return unknown(asked.line);
    }
    return {{std::string(asked.line.word(1)), Map{{add ? "add" : "set", items}}}, {}};
}

struct Row {
    std::string_view word;
    MatchOrSet (*translate)(const Asked&);
};

constexpr Row kMatches[] = {
    {"ip", match_prefixes},
    {"ipv6", match_prefixes},
    {"metric", number<kMed>},
    {"local-preference", number<kLocalPref>},
    {"origin", origin},
    {"as-path", match_as_path},
    {"community", match_community},
    {"large-community", match_community},
};

constexpr Row kSets[] = {
    {"local-preference", number<kLocalPref>},
    {"metric", set_metric},
    {"origin", origin},
    {"weight", set_weight},
    {"ip", set_next_hop},
    {"ipv6", set_next_hop},
    {"as-path", set_as_path},
    {"comm-list", delete_communities},
    {"community", set_community},
    {"large-community", set_community},
};

template <std::size_t size>
MatchOrSet by_table(const Row (&rows)[size], const Asked& asked) {
    const auto* const row = std::ranges::find(rows, asked.line.word(1), &Row::word);
    return row == std::end(rows) || asked.line.negated ? unknown(asked.line)
                                                       : row->translate(asked);
}

}  // namespace

MatchOrSet match_of(const IosLine& line, const IosLists& lists) {
    return by_table(kMatches, {line, lists});
}

MatchOrSet set_of(const IosLine& line, const IosLists& lists, std::uint32_t our_as) {
    return by_table(kSets, {line, lists, our_as});
}

}  // namespace dx::importing
