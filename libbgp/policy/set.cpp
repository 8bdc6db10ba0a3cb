// What rules can set on a route: one row of kSetters each.
#include <algorithm>
#include <limits>
#include <ranges>
#include <string_view>
#include <type_traits>

#include "libbgp/policy/attribute_text.hpp"
#include "libbgp/policy/evaluation.hpp"
#include "libbgp/wire/exclusive_communities.hpp"

namespace dx::bgp {
namespace {

constexpr auto kMaxNumber = std::numeric_limits<std::uint32_t>::max();

std::optional<std::uint32_t> changed(std::optional<std::uint32_t> med, const MedChange& change) {
    const auto old = med.value_or(0);
    switch (change.operation) {
        case MedChange::Operation::Set: return change.value;
        case MedChange::Operation::Add: return old + std::min(change.value, kMaxNumber - old);
        case MedChange::Operation::Subtract: return old - std::min(change.value, old);
        case MedChange::Operation::Remove: return std::nullopt;
    }
    return med;
}

// What is added stands instead of what excludes it.
void make_room(const std::vector<Community>& added, std::vector<Community>& all) {
    std::erase_if(all, [&](Community present) {
        return std::ranges::any_of(
            added, [&](Community each) { return exclude_each_other(each, present); });
    });
}

template <class C>
CompactArray<C> changed(const CompactArray<C>& communities, const CommunityChange<C>& change) {
    std::vector<C> all(communities.begin(), communities.end());
    if (change.replace) all = *change.replace;
    if (change.remove) std::erase_if(all, [&](C c) { return change.remove->contains(c); });
    if constexpr (std::is_same_v<C, Community>) make_room(change.add, all);
    all.insert(all.end(), change.add.begin(), change.add.end());
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return CompactArray<C>(std::span<const C>(all));
}

struct Setter {
    std::string_view name;
    bool (*asked)(const PolicySet&, const Evaluation&);
    void (*set)(const PolicySet&, PathAttributes&);
    std::string (*value)(const PathAttributes&);  // for the trace, before and after
};

constexpr Setter kSetters[] = {
    {"local-pref", [](const PolicySet& s, const Evaluation&) { return s.local_pref.has_value(); },
     [](const PolicySet& s, PathAttributes& a) { a.local_pref = s.local_pref; },
     [](const PathAttributes& a) { return text_of(a.local_pref); }},
    {"med", [](const PolicySet& s, const Evaluation&) { return s.med.has_value(); },
     [](const PolicySet& s, PathAttributes& a) { a.med = changed(a.med, *s.med); },
     [](const PathAttributes& a) { return text_of(a.med); }},
    {"origin", [](const PolicySet& s, const Evaluation&) { return s.origin.has_value(); },
     [](const PolicySet& s, PathAttributes& a) { a.origin = *s.origin; },
     [](const PathAttributes& a) { return text_of(a.origin); }},
    {"next-hop",
     [](const PolicySet& s, const Evaluation& r) {
         return s.next_hop && s.next_hop->family() == r.input().prefix.family();
     },
     [](const PolicySet& s, PathAttributes& a) { a.next_hop = {*s.next_hop, std::nullopt}; },
     [](const PathAttributes& a) { return a.next_hop.address.to_string(); }},
    {"as-path", [](const PolicySet& s, const Evaluation&) { return !s.as_path_prepend.empty(); },
     [](const PolicySet& s, PathAttributes& a) {
         for (const auto as : s.as_path_prepend | std::views::reverse)
             a.as_path = a.as_path.prepended(as);
     },
     [](const PathAttributes& a) { return a.as_path.to_string(); }},
    {"community", [](const PolicySet& s, const Evaluation&) { return !s.community.empty(); },
     [](const PolicySet& s, PathAttributes& a) {
         a.communities = changed(a.communities, s.community);
     },
     [](const PathAttributes& a) { return text_of(a.communities); }},
    {"large-community",
     [](const PolicySet& s, const Evaluation&) { return !s.large_community.empty(); },
     [](const PolicySet& s, PathAttributes& a) {
         a.large_communities = changed(a.large_communities, s.large_community);
     },
     [](const PathAttributes& a) { return text_of(a.large_communities); }},
    {"extended-community",
     [](const PolicySet& s, const Evaluation&) { return !s.extended_community.empty(); },
     [](const PolicySet& s, PathAttributes& a) {
         a.extended_communities = changed(a.extended_communities, s.extended_community);
     },
     [](const PathAttributes& a) { return text_of(a.extended_communities); }},
};

std::string change_text(std::string_view name, const std::string& before,
                        const std::string& after) {
    return std::string(name) + ": " + before + " -> " + after;
}

}  // namespace

void apply(const PolicySet& set, Evaluation& route, std::vector<std::string>* sets) {
    for (const auto& setter : kSetters) {
        if (!setter.asked(set, route)) continue;
        auto before = sets ? setter.value(route.attributes()) : std::string();
        setter.set(set, route.edit());
        if (sets)
            sets->push_back(change_text(setter.name, before, setter.value(route.attributes())));
    }
}

std::vector<std::string> differences(const PathAttributes& before, const PathAttributes& after) {
    std::vector<std::string> changes;
    const auto compare = [&](std::string_view name, auto value) {
        auto old = value(before), now = value(after);
        if (old != now) changes.push_back(change_text(name, old, now));
    };
    for (const auto& setter : kSetters)
        compare(setter.name, setter.value);
    compare("only-to-customer",
            [](const PathAttributes& a) { return text_of(a.only_to_customer); });
    return changes;
}

}  // namespace dx::bgp
