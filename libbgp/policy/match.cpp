// What rules can ask of a route: one row of kConditions each.
#include <algorithm>
#include <memory>
#include <string_view>

#include "libbgp/policy/attribute_text.hpp"
#include "libbgp/policy/evaluation.hpp"

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

std::string origin_text(Evaluation& route) {
    return std::string(kOriginNames[static_cast<std::size_t>(route.attributes().origin)]);
}

struct Condition {
    std::string_view name;
    bool (*asked)(const PolicyMatch&);
    bool (*holds)(const PolicyMatch&, Evaluation&);  // only if asked
    std::string (*value)(Evaluation&);               // the route's, for the trace
};

// Cheap ones first.
constexpr Condition kConditions[] = {
    {"origin", [](const PolicyMatch& m) { return m.origin.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) { return r.attributes().origin == m.origin; },
     origin_text},
    {"neighbor", [](const PolicyMatch& m) { return m.neighbor.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) { return holds(*m.neighbor, r.input().neighbor); },
     [](Evaluation& r) {
         return r.input().neighbor ? r.input().neighbor->to_string() : std::string("local");
     }},
    {"med", [](const PolicyMatch& m) { return m.med.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return m.med->contains(r.attributes().med.value_or(0));
     },
     [](Evaluation& r) { return text_of(r.attributes().med); }},
    {"local-pref", [](const PolicyMatch& m) { return m.local_pref.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return m.local_pref->contains(r.attributes().local_pref.value_or(kDefaultLocalPref));
     },
     [](Evaluation& r) { return text_of(r.attributes().local_pref); }},
    {"prefix", [](const PolicyMatch& m) { return m.prefix != nullptr; },
     [](const PolicyMatch& m, Evaluation& r) { return m.prefix->contains(r.input().prefix); },
     [](Evaluation& r) { return r.input().prefix.to_string(); }},
    {"next-hop", [](const PolicyMatch& m) { return m.next_hop != nullptr; },
     [](const PolicyMatch& m, Evaluation& r) {
         return m.next_hop->contains(Prefix::host(r.attributes().next_hop.address));
     },
     [](Evaluation& r) { return r.attributes().next_hop.address.to_string(); }},
    {"as-path-length", [](const PolicyMatch& m) { return m.as_path_length.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         const auto length = r.attributes().as_path.length();
         return m.as_path_length->contains(static_cast<std::uint32_t>(length));
     },
     [](Evaluation& r) { return std::to_string(r.attributes().as_path.length()); }},
    {"origin-as", [](const PolicyMatch& m) { return !m.origin_as.empty(); },
     [](const PolicyMatch& m, Evaluation& r) {
         const auto origin = r.attributes().as_path.origin_as();
         return origin && std::ranges::find(m.origin_as, *origin) != m.origin_as.end();
     },
     [](Evaluation& r) { return text_of(r.attributes().as_path.origin_as()); }},
    {"community", [](const PolicyMatch& m) { return m.community.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return holds(*m.community, r.attributes().communities.view());
     },
     [](Evaluation& r) { return text_of(r.attributes().communities); }},
    {"large-community", [](const PolicyMatch& m) { return m.large_community.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return holds(*m.large_community, r.attributes().large_communities.view());
     },
     [](Evaluation& r) { return text_of(r.attributes().large_communities); }},
    {"extended-community", [](const PolicyMatch& m) { return m.extended_community.has_value(); },
     [](const PolicyMatch& m, Evaluation& r) {
         return holds(*m.extended_community, r.attributes().extended_communities.view());
     },
     [](Evaluation& r) { return text_of(r.attributes().extended_communities); }},
    {"as-path", [](const PolicyMatch& m) { return m.as_path != nullptr; },
     [](const PolicyMatch& m, Evaluation& r) { return m.as_path->matches(r.as_path_text()); },
     [](Evaluation& r) { return r.as_path_text(); }},
};

template <class T>
bool same_content(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return a == b || (a && b && *a == *b);
}

}  // namespace

bool matches(const PolicyMatch& match, Evaluation& route, std::string* reason) {
    const auto failed = std::ranges::find_if(kConditions, [&](const Condition& condition) {
        return condition.asked(match) && !condition.holds(match, route);
    });
    if (failed == std::end(kConditions)) return true;
    if (reason) *reason = std::string(failed->name) + ": " + failed->value(route);
    return false;
}

bool operator==(const PolicyMatch& a, const PolicyMatch& b) {
    return same_content(a.prefix, b.prefix) && same_content(a.next_hop, b.next_hop) &&
           same_content(a.as_path, b.as_path) && a.as_path_length == b.as_path_length &&
           a.origin_as == b.origin_as && a.neighbor == b.neighbor && a.community == b.community &&
           a.large_community == b.large_community && a.extended_community == b.extended_community &&
           a.med == b.med && a.local_pref == b.local_pref && a.origin == b.origin;
}

}  // namespace dx::bgp
