// What a rule asks for, in the words of a trace. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "libbgp/policy/rule.hpp"

namespace dx::bgp {

inline constexpr std::size_t kMostListed = 4;

inline std::string text_of(const net::IpAddress& address) {
    return address.to_string();
}

inline std::string text_of(const PrefixPattern& pattern) {
    return pattern.to_string();
}

inline std::string text_of(const AsPathExpression& expression) {
    return expression.text();
}

template <class C>
std::string text_of(const CommunityPattern<C>& pattern) {
    return pattern.to_string();
}

inline std::string text_of(AsNumber as) {
    return std::to_string(as);
}

template <class Those>
std::string listed(const Those& those) {
    std::string text;
    std::size_t left = kMostListed;
    for (const auto& one : those) {
        if (!text.empty()) text += ", ";
        if (left-- == 0) return text + "...";
        text += text_of(one);
    }
    return text;
}

template <class Set, class Members>
std::string set_text(const Set& set, const Members& members) {
    return set.name().empty() ? listed(members) : set.name();
}

template <class C>
std::string text_of(const CommunityMatch<C>& match) {
    static constexpr std::string_view kQuantifiers[] = {"any of ", "all of ", "exactly ",
                                                        "none of "};
    return std::string(kQuantifiers[static_cast<std::size_t>(match.quantifier)]) +
           set_text(*match.set, match.set->patterns());
}

inline std::string text_of(const NeighborMatch& match) {
    auto text = listed(match.addresses);
    if (match.local) text += text.empty() ? "local" : ", local";
    return text;
}

}  // namespace dx::bgp
