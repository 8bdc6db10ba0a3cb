// What rules can ask of a route: one row of kConditions each, with both sides in words for traces.
#include <algorithm>
#include <memory>
#include <string_view>

#include "libbgp/policy/attribute_text.hpp"
#include "libbgp/policy/evaluation.hpp"
#include "libbgp/policy/match_text.hpp"

namespace dx::bgp {
namespace {

using net::Prefix;

template <class C>
bool holds(const CommunityMatch<C>& match, std::span<const C> communities) {
    switch (match.quantifier) {
        case Quantifier::Any: return match.set->any_of(communities);
        case Quantifier::All: return match.set->all_patterns(communities);
        case Quantifier::Exact: return match.set->exactly(communities);
        case Quantifier::None: return !match.set->any_of(communities);
    }
    return false;
}

bool holds(const NeighborMatch& match, const std::optional<net::IpAddress>& neighbor) {
    if (!neighbor) return match.local;
    return std::ranges::find(match.addresses, *neighbor) != match.addresses.end();
}

struct Condition {
    std::string_view name;
    bool (*asked)(const PolicyMatch&);
    bool (*holds)(const PolicyMatch&, Evaluation&);  // only if asked
    // For the trace: the route's, and what is asked for.
    std::string (*value)(Evaluation&);
    std::string (*wanted)(const PolicyMatch&);
};

// Cheap ones first.
constexpr Condition kConditions[] = {
    {"origin", [](const PolicyMatch& m) { return m.origin.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) { return r.attributes().origin == m.origin; },
     [](Evaluation& r) { return text_of(r.attributes().origin); },
     [](const PolicyMatch& m) { return text_of(*m.origin); }},
    {"neighbor", [](const PolicyMatch& m) { return m.neighbor.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) { return holds(*m.neighbor, r.input().neighbor); },
     [](Evaluation& r) {
         return r.input().neighbor ? r.input().neighbor->to_string() : std::string("local");
     },
     [](const PolicyMatch& m) { return text_of(*m.neighbor); }},
    {"med", [](const PolicyMatch& m) { return m.med.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return m.med->contains(r.attributes().med.value_or(0));
     },
     [](Evaluation& r) { return text_of(r.attributes().med); },
     [](const PolicyMatch& m) { return to_string(*m.med); }},
    {"local-pref", [](const PolicyMatch& m) { return m.local_pref.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return m.local_pref->contains(local_pref_of(r.attributes()));
     },
     [](Evaluation& r) { return text_of(local_pref_of(r.attributes())); },
     [](const PolicyMatch& m) { return to_string(*m.local_pref); }},
    {"prefix", [](const PolicyMatch& m) { return m.prefix != nullptr; },
     [](const PolicyMatch& m, Evaluation& r) { return m.prefix->contains(r.input().prefix); },
     [](Evaluation& r) { return r.input().prefix.to_string(); },
     [](const PolicyMatch& m) { return set_text(*m.prefix, m.prefix->patterns()); }},
    {"next-hop", [](const PolicyMatch& m) { return m.next_hop != nullptr; },
     [](const PolicyMatch& m, Evaluation& r) {
         return m.next_hop->contains(Prefix::host(r.attributes().next_hop.address));
     },
     [](Evaluation& r) { return r.attributes().next_hop.address.to_string(); },
     [](const PolicyMatch& m) { return set_text(*m.next_hop, m.next_hop->patterns()); }},
    {"as-path-length", [](const PolicyMatch& m) { return m.as_path_length.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         const auto length = r.attributes().as_path.length();
         return m.as_path_length->contains(static_cast<std::uint32_t>(length));
     },
     [](Evaluation& r) { return std::to_string(r.attributes().as_path.length()); },
     [](const PolicyMatch& m) { return to_string(*m.as_path_length); }},
    {"origin-as", [](const PolicyMatch& m) { return !m.origin_as.empty(); },
     [](const PolicyMatch& m, Evaluation& r) {
         const auto origin = r.attributes().as_path.origin_as();
         return origin && std::ranges::find(m.origin_as, *origin) != m.origin_as.end();
     },
     [](Evaluation& r) { return text_of(r.attributes().as_path.origin_as()); },
     [](const PolicyMatch& m) { return listed(m.origin_as); }},
    {"community", [](const PolicyMatch& m) { return m.community.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return holds(*m.community, r.attributes().communities.view());
     },
     [](Evaluation& r) { return text_of(r.attributes().communities); },
     [](const PolicyMatch& m) { return text_of(*m.community); }},
    {"large-community", [](const PolicyMatch& m) { return m.large_community.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return holds(*m.large_community, r.attributes().large_communities.view());
     },
     [](Evaluation& r) { return text_of(r.attributes().large_communities); },
     [](const PolicyMatch& m) { return text_of(*m.large_community); }},
    {"extended-community", [](const PolicyMatch& m) { return m.extended_community.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return holds(*m.extended_community, r.attributes().extended_communities.view());
     },
     [](Evaluation& r) { return text_of(r.attributes().extended_communities); },
     [](const PolicyMatch& m) { return text_of(*m.extended_community); }},
    {"as-path", [](const PolicyMatch& m) { return m.as_path != nullptr; },
     [](const PolicyMatch& m, Evaluation& r) { return m.as_path->matches(r.as_path_text()); },
     [](Evaluation& r) { return r.as_path_text(); },
     [](const PolicyMatch& m) { return set_text(*m.as_path, m.as_path->expressions()); }},
};

void tell(const Condition& condition, const PolicyMatch& match, Evaluation& route, bool holds,
          std::vector<std::string>& said) {
    if (!holds) said.clear();
    said.push_back(std::string(condition.name) + ": " + condition.value(route) +
                   (holds ? " matches " : " does not match ") + condition.wanted(match));
}

template <class T>
bool same_content(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return a == b || (a && b && *a == *b);
}

}  // namespace

bool matches(const PolicyMatch& match, Evaluation& route, std::vector<std::string>* said) {
    for (const auto& condition : kConditions) {
        if (!condition.asked(match)) continue;
        const bool holds = condition.holds(match, route);
        if (said) tell(condition, match, route, holds, *said);
        if (!holds) return false;
    }
    return true;
}

std::string to_string(const NumberRange& range) {
    if (range.low == range.high) return std::to_string(range.low);
    if (range.high == UINT32_MAX) return "ge " + std::to_string(range.low);
    if (range.low == 0) return "le " + std::to_string(range.high);
    return std::to_string(range.low) + "-" + std::to_string(range.high);
}

bool operator==(const PolicyMatch& a, const PolicyMatch& b) {
    return same_content(a.prefix, b.prefix) && same_content(a.next_hop, b.next_hop) &&
           same_content(a.as_path, b.as_path) && a.as_path_length == b.as_path_length &&
           a.origin_as == b.origin_as && a.neighbor == b.neighbor && a.community == b.community &&
           a.large_community == b.large_community && a.extended_community == b.extended_community &&
           a.med == b.med && a.local_pref == b.local_pref && a.origin == b.origin;
}

}  // namespace dx::bgp
