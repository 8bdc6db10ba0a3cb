#include "daemon/config/policy_keys.hpp"

#include <memory>

#include "daemon/config/policy_kinds.hpp"

namespace dx::config {
namespace {

using bgp::Community, bgp::ExtendedCommunity, bgp::LargeCommunity;
using bgp::PolicyMatch, bgp::PolicyRule, bgp::PolicySet;

constexpr WordOf<bgp::Origin> kOriginWords[] = {
    {"igp", bgp::Origin::Igp}, {"egp", bgp::Origin::Egp}, {"incomplete", bgp::Origin::Incomplete}};
constexpr WordOf<bgp::PolicyAction> kThenWords[] = {{"accept", bgp::PolicyAction::Accept},
                                                    {"reject", bgp::PolicyAction::Reject}};

constexpr Key<PolicyMatch> kMatchKeys[] = {
    key<&PolicyMatch::prefix, PrefixSetRef>("prefix"),
    key<&PolicyMatch::next_hop, PrefixSetRef>("next-hop"),
    key<&PolicyMatch::as_path, AsPathSetRef>("as-path"),
    key<&PolicyMatch::as_path_length, RangeKind>("as-path-length"),
    key<&PolicyMatch::origin_as, ListOf<Asn>>("origin-as"),
    key<&PolicyMatch::neighbor, NeighborMatchKind>("neighbor"),
    key<&PolicyMatch::community, CommunityMatchKind<Community>>("community"),
    key<&PolicyMatch::large_community, CommunityMatchKind<LargeCommunity>>("large-community"),
    key<&PolicyMatch::extended_community, CommunityMatchKind<ExtendedCommunity>>(
        "extended-community"),
    key<&PolicyMatch::med, RangeKind>("med"),
    key<&PolicyMatch::local_pref, RangeKind>("local-pref"),
    key<&PolicyMatch::origin, Word<kOriginWords>>("origin"),
};

Keys<PolicyMatch> match_keys() {
    return kMatchKeys;
}

constexpr Key<PolicySet> kSetKeys[] = {
    key<&PolicySet::local_pref, Number<std::uint32_t, 0, UINT32_MAX>>("local-pref"),
    key<&PolicySet::med, MedKind>("med"),
    key<&PolicySet::origin, Word<kOriginWords>>("origin"),
    key<&PolicySet::next_hop, HostAddress>("next-hop"),
    key<&PolicySet::as_path_prepend, PrependKind>("as-path-prepend"),
    key<&PolicySet::community, CommunityChangeKind<Community>>("community"),
    key<&PolicySet::large_community, CommunityChangeKind<LargeCommunity>>("large-community"),
    key<&PolicySet::extended_community, CommunityChangeKind<ExtendedCommunity>>(
        "extended-community"),
};

Keys<PolicySet> set_keys() {
    return kSetKeys;
}

constexpr Key<PolicyRule> kRuleKeys[] = {
    section<&PolicyRule::match, match_keys>("match"),
    section<&PolicyRule::set, set_keys>("set"),
    key<&PolicyRule::then, Word<kThenWords>>("then"),
};

struct RuleKind {
    using Value = PolicyRule;

    static std::optional<PolicyRule> read(Reader& reader, const Node& value) {
        PolicyRule rule;
        rule.line = value.at.line;
        read_keys(reader, value, Keys<PolicyRule>(kRuleKeys), rule);
        const bool empty = value.is_null() || value.is_map();
        if (empty && !value.find("set") && !value.find("then"))
            reader.problem(value, "a rule that does nothing (expected set, then or both)");
        return rule;
    }

    static Node write(const PolicyRule& rule) {
        return write_keys(Keys<PolicyRule>(kRuleKeys), rule, PolicyRule());
    }

    static Schema schema() { return schema_of(Keys<PolicyRule>(kRuleKeys)); }
};

// Behind a rule that decides about everything no other is ever asked.
void check_reachable(Reader& reader, const Node& list, const std::vector<PolicyRule>& rules) {
    if (!list.is_list()) return;
    for (std::size_t i = 0; i + 1 < rules.size(); ++i) {
        if (!rules[i].then || !(rules[i].match == PolicyMatch())) continue;
        reader.warning(list.items[i + 1].at,
                       "this rule is never reached: the one before decides about all routes "
                       "(expected it to be the last)");
        return;
    }
}

}  // namespace

std::optional<PoliciesKind::Value> PoliciesKind::read(Reader& reader, const Node& value) {
    Value policies;
    read_named(reader, value, "[RULE, …]", [&](const std::string& name, const Node& list) {
        if (name == "accept-all" || name == "reject-all")
            reader.problem(list, "this name is built in (expected another)");
        auto rules = ListOf<RuleKind>::read(reader, list).value_or(std::vector<PolicyRule>());
        check_reachable(reader, list, rules);
        policies.emplace(name, std::make_shared<const bgp::Policy>(name, std::move(rules)));
    });
    return policies;
}

Node PoliciesKind::write(const Value& value) {
    auto map = Node::map();
    for (const auto& [name, policy] : value)
        map.add(name, ListOf<RuleKind>::write(policy->rules()));
    return map;
}

Schema PoliciesKind::schema() {
    return Schema::named(ListOf<RuleKind>::schema());
}

}  // namespace dx::config
