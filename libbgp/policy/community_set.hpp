// Sets of community patterns, one template for the three kinds: RFC 1997, 4360, 8092.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libbgp/policy/prefix_set.hpp"
#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

// One community, or a glob on its numeric form in which `*` stands for any digits: "7224:*",
// "7224:8*00", "64512:1:*", "rt:64512:*".
template <class C>
class CommunityPattern {
public:
    static Parsed<CommunityPattern> parse(std::string_view text);

    CommunityPattern(C value) : exact_(value) {}

    const std::optional<C>& exact() const { return exact_; }

    bool matches(C community) const;
    std::string to_string() const;

    friend bool operator==(const CommunityPattern&, const CommunityPattern&) = default;

private:
    explicit CommunityPattern(std::string glob) : glob_(std::move(glob)) {}

    std::optional<C> exact_;
    std::string glob_;  // where it is not exact
};

template <class C>
class CommunitySet {
public:
    CommunitySet() = default;

    CommunitySet(std::string name, std::vector<CommunityPattern<C>> patterns)
        : name_(std::move(name)), patterns_(std::move(patterns)) {}

    const std::string& name() const { return name_; }

    std::span<const CommunityPattern<C>> patterns() const { return patterns_; }

    bool contains(C community) const;                         // one of the patterns matches
    bool any_of(std::span<const C> communities) const;        // one of them is in the set
    bool all_patterns(std::span<const C> communities) const;  // each pattern has one of them
    // Both ways: each pattern has one of them, and each of them is in the set.
    bool exactly(std::span<const C> communities) const;

    friend bool operator==(const CommunitySet&, const CommunitySet&) = default;

private:
    std::string name_;
    std::vector<CommunityPattern<C>> patterns_;
};

template <class C>
using CommunitySetPtr = std::shared_ptr<const CommunitySet<C>>;

extern template class CommunityPattern<Community>;
extern template class CommunityPattern<LargeCommunity>;
extern template class CommunityPattern<ExtendedCommunity>;
extern template class CommunitySet<Community>;
extern template class CommunitySet<LargeCommunity>;
extern template class CommunitySet<ExtendedCommunity>;

}  // namespace dx::bgp
