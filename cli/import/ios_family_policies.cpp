// Policies made of others: of two families in one, and of one behind a rule.
#include <algorithm>

#include <fmt/format.h>

#include "cli/import/ios_route_maps.hpp"
#include "cli/import/yaml_flow.hpp"

namespace dx::importing {

// False for a rule about prefixes of the other family: it decides about nothing here.
bool IosRouteMaps::is_of_family(const Rule& rule, bool ipv6) const {
    const auto match = std::ranges::find(rule.match, "prefix", &Setting::key);
    const auto* const one = std::get_if<std::string>(&match->value);
    const auto items = one ? Texts{*one} : std::get<Texts>(match->value);
    return std::ranges::any_of(items, [&](const std::string& item) {
        const auto set = std::ranges::find(out_.prefix_sets, item, &NamedSet::name);
        if (set == out_.prefix_sets.end()) return (item.find(':') != item.npos) == ipv6;
        return std::ranges::any_of(set->items, [&](const std::string& prefix) {
            return (prefix.find(':') != prefix.npos) == ipv6;
        });
    });
}

Setting IosRouteMaps::all_prefixes(bool ipv6) {
    return {"prefix", Texts{ipv6 ? "::/0 le 128" : "0.0.0.0/0 le 32"}};
}

void IosRouteMaps::add_of_family(const std::string& policy, bool ipv6, Policy& to) const {
    const auto all = all_prefixes(ipv6);
    if (policy == "accept-all") to.rules.push_back({"", {all}, {}, "accept"});
    const auto found = std::ranges::find(out_.policies, policy, &Policy::name);
    if (found == out_.policies.end()) return;  // reject-all: what no rule accepts is rejected
    for (auto rule : found->rules) {
        if (std::ranges::find(rule.match, "prefix", &Setting::key) == rule.match.end())
            rule.match.insert(rule.match.begin(), all);
        else if (!is_of_family(rule, ipv6))
            continue;
        to.rules.push_back(std::move(rule));
    }
}

Policy IosRouteMaps::of_families(const std::string& ipv4, const std::string& ipv6) const {
    Policy policy;
    policy.comments = {fmt::format("IPv4: {}; IPv6: {}", ipv4, ipv6)};
    add_of_family(ipv4, false, policy);
    add_of_family(ipv6, true, policy);
    return policy;
}

std::string IosRouteMaps::by_family(const std::string& ipv4, const std::string& ipv6) {
    if (ipv4 == ipv6 && (ipv4 == "accept-all" || ipv4 == "reject-all")) return ipv4;
    const auto key = fmt::format("{} and {}", ipv4, ipv6);
    if (const auto made = list_policies_.find(key); made != list_policies_.end())
        return made->second;
    return list_policies_[key] =
               add_policy(of_families(ipv4, ipv6), fmt::format("{}-and-{}", ipv4, ipv6));
}

std::string IosRouteMaps::behind(const Rule& rule, const std::string& policy,
                                 std::string_view suffix) {
    const auto key = fmt::format("{} behind {}", policy, flow_map(rule.match));
    if (const auto made = list_policies_.find(key); made != list_policies_.end())
        return made->second;
    Policy with_both;
    const auto found = std::ranges::find(out_.policies, policy, &Policy::name);
    if (found != out_.policies.end()) with_both = *found;
    if (policy == "accept-all") with_both.rules.push_back({"", {}, {}, "accept"});
    with_both.rules.insert(with_both.rules.begin(), rule);
    return list_policies_[key] =
               add_policy(std::move(with_both), fmt::format("{}-{}", policy, suffix));
}

bool IosRouteMaps::passes_all(std::string_view map) const {
    const auto found = std::ranges::find(out_.policies, policy(map), &Policy::name);
    return found != out_.policies.end() && !found->rules.empty() &&
           found->rules.front().match.empty() && found->rules.front().then == "accept";
}

}  // namespace dx::importing
