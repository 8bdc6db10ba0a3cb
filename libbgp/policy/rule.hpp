// What a policy's rule asks for and what it sets, as plain values that compare by content.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libbgp/policy/as_path_set.hpp"
#include "libbgp/policy/community_set.hpp"
#include "libbgp/policy/prefix_set.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::bgp {

inline constexpr std::uint32_t kDefaultLocalPref = 100;

inline std::uint32_t local_pref_of(const PathAttributes& attributes) {
    return attributes.local_pref.value_or(kDefaultLocalPref);
}

inline constexpr std::string_view kOriginNames[] = {"igp", "egp", "incomplete"};  // by Origin

struct NumberRange {
    std::uint32_t low = 0;
    std::uint32_t high = UINT32_MAX;

    bool contains(std::uint32_t number) const { return number >= low && number <= high; }

    friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

std::string to_string(const NumberRange& range);  // "100", "100-200", "ge 100", "le 200"

struct NeighborMatch {
    std::vector<net::IpAddress> addresses;
    bool local = false;  // routes that we originate

    friend bool operator==(const NeighborMatch&, const NeighborMatch&) = default;
};

enum class Quantifier : std::uint8_t {
    Any,    // the route carries one that is in the set
    All,    // one for each of the set's patterns
    Exact,  // that, and none besides
    None,   // none that is in the set
};

template <class C>
struct CommunityMatch {
    Quantifier quantifier = Quantifier::Any;
    CommunitySetPtr<C> set;  // never null

    friend bool operator==(const CommunityMatch& a, const CommunityMatch& b) {
        return a.quantifier == b.quantifier && *a.set == *b.set;
    }
};

// All that is asked for must hold; what is null or none is not asked for.
struct PolicyMatch {
    PrefixSetPtr prefix;
    PrefixSetPtr next_hop;  // the next hop as a host route
    AsPathSetPtr as_path;
    std::optional<NumberRange> as_path_length;  // as the decision process counts it
    std::vector<AsNumber> origin_as;            // one of them
    std::optional<NeighborMatch> neighbor;
    std::optional<CommunityMatch<Community>> community;
    std::optional<CommunityMatch<LargeCommunity>> large_community;
    std::optional<CommunityMatch<ExtendedCommunity>> extended_community;
    std::optional<NumberRange> med;         // none on the route counts as 0, as in the decision
    std::optional<NumberRange> local_pref;  // none on the route counts as kDefaultLocalPref
    std::optional<Origin> origin;

    friend bool operator==(const PolicyMatch& a, const PolicyMatch& b);
};

struct MedChange {
    enum class Operation : std::uint8_t { Set, Add, Subtract, Remove };

    Operation operation = Operation::Set;
    std::uint32_t value = 0;

    friend bool operator==(const MedChange&, const MedChange&) = default;
};

// In this order: replace all, remove, add.
template <class C>
struct CommunityChange {
    std::optional<std::vector<C>> replace;
    CommunitySetPtr<C> remove;
    std::vector<C> add;

    bool empty() const { return !replace && !remove && add.empty(); }

    friend bool operator==(const CommunityChange& a, const CommunityChange& b) {
        return a.replace == b.replace && a.add == b.add && !a.remove == !b.remove &&
               (!a.remove || *a.remove == *b.remove);
    }
};

struct PolicySet {
    std::optional<std::uint32_t> local_pref;
    std::optional<MedChange> med;
    std::optional<Origin> origin;
    std::optional<net::IpAddress> next_hop;  // only on routes of its family
    std::vector<AsNumber> as_path_prepend;   // put before the path in this order
    CommunityChange<Community> community;
    CommunityChange<LargeCommunity> large_community;
    CommunityChange<ExtendedCommunity> extended_community;

    friend bool operator==(const PolicySet&, const PolicySet&) = default;
};

enum class PolicyAction : std::uint8_t { Accept, Reject };

struct PolicyRule {
    PolicyMatch match;
    PolicySet set;
    std::optional<PolicyAction> then;  // none: go on with the next rule
    int line = 0;                      // where it stands in the configuration file; 0: nowhere

    friend bool operator==(const PolicyRule& a, const PolicyRule& b) {  // by what they say
        return a.match == b.match && a.set == b.set && a.then == b.then;
    }
};

}  // namespace dx::bgp
