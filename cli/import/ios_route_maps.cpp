#include "cli/import/ios_route_maps.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/ios_reasons.hpp"
#include "cli/import/ios_settings.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr std::string_view kPrefix = "prefix";
constexpr std::string_view kNextHop = "next-hop";

Rule decide(Texts patterns, bool permit) {
    return {"", {{"prefix", std::move(patterns)}}, {}, permit ? "accept" : "reject"};
}

}  // namespace

void IosRouteMaps::begin(const IosLine& line) {
    open_ = nullptr;
    const auto action = line.word(2);
    if (line.negated || (action != "permit" && action != "deny" && !action.empty()))
        return account_.skip(line, "it is not route-map NAME permit|deny NUMBER");
    auto& entries = maps_[std::string(line.word(1))];
    Entry entry{to_number(line.word(3)), action != "deny", &line, {}};
    const auto same = std::ranges::find(entries, entry.sequence, &Entry::sequence);
    open_ = &entries;
    open_entry_ = static_cast<std::size_t>(same - entries.begin());
    if (same == entries.end()) entries.push_back(std::move(entry));
    account_.done(line);
}

void IosRouteMaps::take(const IosLine& line) {
    if (!open_) return account_.skip(line, "it is below a route map that could not be read");
    if (line.word(0) == "description") account_.done(line);
    (*open_)[open_entry_].lines.push_back(&line);
}

void IosRouteMaps::finish(std::uint32_t our_as) {
    our_as_ = our_as;
    for (auto& [name, entries] : maps_) {
        std::ranges::sort(entries, {}, &Entry::sequence);
        drop_last_denials(entries);
        policies_[name] = add_policy(translate(name, entries), name);
    }
}

std::string IosRouteMaps::add_policy(Policy policy, std::string_view name) {
    policy.name = names_.take({name, "policy"});
    out_.policies.push_back(std::move(policy));
    return out_.policies.back().name;
}

void IosRouteMaps::for_each_line(const Entry& entry,
                                 const std::function<void(const IosLine&)>& each) {
    each(*entry.line);
    for (const auto* line : entry.lines)
        each(*line);
}

// Bare denials at the end say what holds anyway; as entries behind others they would be in the way.
void IosRouteMaps::drop_last_denials(std::vector<Entry>& entries) {
    const auto says_something = [](const IosLine* line) {
        return line->word(0) != "set" && line->word(0) != "description";
    };
    while (entries.size() > 1 && !entries.back().permit &&
           std::ranges::none_of(entries.back().lines, says_something)) {
        for_each_line(entries.back(), [&](const IosLine& line) {
            account_.needless(line, "a policy rejects what none of its rules accepts");
        });
        entries.pop_back();
    }
}

Policy IosRouteMaps::translate(const std::string& name, const std::vector<Entry>& entries) {
    Policy policy;
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        const std::vector<Entry> behind(entry + 1, entries.end());
        Rule rule;
        rule.comment = fmt::format("route-map {} {} {}", name, entry->permit ? "permit" : "deny",
                                   entry->sequence);
        std::vector<ListEntry> in_order;
        auto trouble = add_matches(*entry, rule, in_order);
        if (trouble.empty() && !in_order.empty() && !behind.empty())
            trouble = "its prefix list denies part of what it permits, and more entries follow";
        if (!trouble.empty()) {
            end_here(*entry, behind, trouble, rule.comment, policy);
            break;
        }
        const bool decides_all = rule.match.empty() && in_order.empty();
        if (in_order.empty())
            add_entry(*entry, policy, std::move(rule));
        else
            add_in_order(*entry, in_order, policy, rule);
        if (!decides_all) continue;
        for (const auto& never : behind)
            for_each_line(never, [&](const IosLine& line) {
                account_.needless(line,
                                  "it is never reached: the entry before it decides about all");
            });
        break;
    }
    return policy;
}

void IosRouteMaps::end_here(const Entry& entry, const std::vector<Entry>& behind,
                            const std::string& trouble, const std::string& comment,
                            Policy& policy) {
    account_.skip(*entry.line, trouble + ": the policy rejects from here on");
    policy.rules.push_back(
        {comment + ": " + trouble + "; nothing passes from here on", {}, {}, "reject"});
    const auto skip = [&](const IosLine& line) {
        account_.skip(line, "the policy ends before it");
    };
    for (const auto* line : entry.lines)
        if (!account_.is_marked(*line)) skip(*line);
    for (const auto& never : behind)
        for_each_line(never, skip);
}

// A list that denies part of what it permits, in the last entry: what does not match is rejected
// anyway, so that each of its entries may decide.
void IosRouteMaps::add_in_order(const Entry& entry, const std::vector<ListEntry>& in_order,
                                Policy& policy, const Rule& rule) {
    auto comment = rule.comment;
    lists_.use(in_order);
    for (const auto& each : in_order) {
        auto part = decide(each.items, each.permit && entry.permit);
        part.comment = std::exchange(comment, "");
        if (each.permit) {
            part.match.insert(part.match.end(), rule.match.begin(), rule.match.end());
            add_with_sets(entry, std::move(part), policy);
        } else {
            policy.rules.push_back(std::move(part));
        }
    }
}

void IosRouteMaps::add_entry(const Entry& entry, Policy& policy, Rule rule) {
    rule.then = entry.permit ? "accept" : "reject";
    if (entry.permit) return add_with_sets(entry, std::move(rule), policy);
    for (const auto* line : entry.lines)
        if (line->word(0) == "set") account_.needless(*line, "what is rejected carries nothing");
    policy.rules.push_back(std::move(rule));
}

// All matches of an entry, or why one of them cannot be.
std::string IosRouteMaps::add_matches(const Entry& entry, Rule& rule,
                                      std::vector<ListEntry>& in_order) {
    std::string trouble;
    for (const auto* line : entry.lines) {
        if (line->word(0) == "set" || line->word(0) == "description") continue;
        auto outcome =
            line->word(0) == "match" && !line->negated
                ? match_of(*line, lists_)
                : MatchOrSet{{}, fmt::format("\"{}\" is not in dxrouted", line->word(0))};
        const bool second = has(rule.match, outcome.setting.key) ||
                            (!in_order.empty() && outcome.setting.key == kPrefix);
        if (second && outcome.trouble.empty()) outcome.trouble = "two matches of one kind";
        if (!outcome.trouble.empty()) {
            trouble = fmt::format("line {}: {}", line->number, outcome.trouble);
            account_.skip(*line, outcome.trouble);
            continue;
        }
        account_.done(*line);
        if (!outcome.in_order.empty())
            in_order = std::move(outcome.in_order);
        else
            rule.match.push_back(std::move(outcome.setting));
    }
    return trouble;
}

// The `set` lines in the order in which they act.
std::vector<const IosLine*> IosRouteMaps::sets_of(const Entry& entry) const {
    std::vector<const IosLine*> sets;
    std::ranges::copy_if(entry.lines, std::back_inserter(sets),
                         [](const IosLine* line) { return line->word(0) == "set"; });
    // IOS deletes communities first, wherever that stands.
    if (dialect_ == Dialect::Cisco)
        std::ranges::sort(sets, {}, [](const IosLine* line) {
            return std::pair(line->word(1) != "comm-list", line->number);
        });
    return sets;
}

// The rule with what the entry sets: once for each family where both have a next hop.
void IosRouteMaps::add_with_sets(const Entry& entry, Rule rule, Policy& policy) {
    std::optional<Setting> next_hops[2];  // IPv4, IPv6
    for (const auto* line : sets_of(entry)) {
        auto outcome = set_of(*line, lists_, our_as_);
        if (!outcome.trouble.empty()) {
            account_.skip(*line, outcome.trouble);
            continue;
        }
        account_.done(*line);
        if (removes_after_adding(rule.set, outcome.setting))
            account_.changed(*line,
                             "dxrouted takes communities off before it adds some: those that are "
                             "added here stay");
        if (outcome.setting.key == kNextHop) next_hops[line->word(1) == "ipv6"] = outcome.setting;
        put(rule.set, std::move(outcome.setting));
    }
    if (!next_hops[0] || !next_hops[1]) return policy.rules.push_back(std::move(rule));
    for (const bool ipv6 : {false, true}) {
        auto one = rule;
        put(one.set, *next_hops[ipv6]);
        if (!has(one.match, kPrefix))
            one.match.insert(one.match.begin(), all_prefixes(ipv6));
        else if (!is_of_family(one, ipv6))
            continue;
        policy.rules.push_back(std::move(one));
    }
}

std::string IosRouteMaps::policy(std::string_view name) const {
    const auto found = policies_.find(name);
    return found == policies_.end() ? std::string() : found->second;
}

const IosLine* IosRouteMaps::source_line(std::string_view map) const {
    const auto found = maps_.find(map);
    if (found == maps_.end()) return nullptr;
    for (const auto* line : found->second.front().lines)
        if (begins_with(*line, 0, "set src") && !line->negated && is_address(line->word(2)))
            return line;
    return nullptr;
}

std::string IosRouteMaps::prefix_list_policy(std::string_view name, bool ipv6) {
    const auto key = fmt::format("{} {}", name, ipv6);
    if (const auto made = list_policies_.find(key); made != list_policies_.end())
        return made->second;
    const auto& list = lists_.prefixes(name, ipv6);
    if (!list.trouble.empty()) return "reject-all";
    Policy policy;
    policy.comments = {fmt::format("prefix-list {}", name)};
    if (!list.ordered) policy.rules.push_back({"", {{"prefix", list.set}}, {}, "accept"});
    if (list.ordered) lists_.use(list.entries);
    if (list.ordered)
        for (const auto& entry : list.entries)
            policy.rules.push_back(decide(entry.items, entry.permit));
    return list_policies_[key] = add_policy(std::move(policy), fmt::format("prefix-list-{}", name));
}

std::string IosRouteMaps::as_path_list_policy(std::string_view name) {
    const auto key = fmt::format("as-path {}", name);
    if (const auto made = list_policies_.find(key); made != list_policies_.end())
        return made->second;
    const auto* const list = lists_.as_path_list(name);
    if (!list || !list->trouble.empty()) return "reject-all";
    Policy policy;
    lists_.use(list->entries);
    policy.comments = {fmt::format("as-path access-list {}", name)};
    for (const auto& entry : list->entries)
        policy.rules.push_back(
            {"", {{"as-path", entry.items}}, {}, entry.permit ? "accept" : "reject"});
    return list_policies_[key] =
               add_policy(std::move(policy), fmt::format("as-path-list-{}", name));
}

std::string IosRouteMaps::both(const std::string& policy, std::string_view prefix_list, bool ipv6) {
    const auto& list = lists_.prefixes(prefix_list, ipv6);
    const auto found = std::ranges::find(out_.policies, policy, &Policy::name);
    if (found == out_.policies.end() || list.set.empty()) return {};
    if (std::ranges::any_of(found->rules,
                            [](const Rule& rule) { return has(rule.match, kPrefix); }))
        return {};
    auto combined = *found;
    combined.comments.push_back(
        fmt::format("{} for what prefix-list {} permits", policy, prefix_list));
    for (auto& rule : combined.rules)
        rule.match.insert(rule.match.begin(), Setting{"prefix", list.set});
    return add_policy(std::move(combined), fmt::format("{}-of-{}", policy, prefix_list));
}

}  // namespace dx::importing
