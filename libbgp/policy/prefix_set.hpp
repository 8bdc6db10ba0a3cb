// A set of prefix patterns, "10.0.0.0/16 ge 20 le 24": sorted, each entry knowing the one around
// it, so that a lookup costs one binary search and the nesting, whatever the size of the set.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// A value, or in words why the text is none.
template <class T>
using Parsed = boost::system::result<T, std::string>;

// A prefix without host bits; the error suggests what was probably meant.
Parsed<net::Prefix> parse_prefix(std::string_view text);

// The prefixes inside `prefix` whose length is between `ge` and `le`.
struct PrefixPattern {
    net::Prefix prefix;
    std::uint8_t ge = 0;
    std::uint8_t le = 0;

    bool matches(const net::Prefix& candidate) const {
        return candidate.length() >= ge && candidate.length() <= le && prefix.contains(candidate);
    }

    std::string to_string() const;

    friend auto operator<=>(const PrefixPattern&, const PrefixPattern&) = default;
};

// "PREFIX [ge N] [le N]": without both exactly the prefix, with ge alone up to host routes.
Parsed<PrefixPattern> parse_prefix_pattern(std::string_view text);

class PrefixSet {
public:
    PrefixSet() = default;
    // `name` is empty for a list written in place. Order and repetition of patterns mean nothing.
    PrefixSet(std::string name, std::vector<PrefixPattern> patterns);

    const std::string& name() const { return name_; }

    std::span<const PrefixPattern> patterns() const { return patterns_; }

    bool contains(const net::Prefix& prefix) const;

    friend bool operator==(const PrefixSet& a, const PrefixSet& b) {
        return a.name_ == b.name_ && a.patterns_ == b.patterns_;
    }

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    std::string name_;
    std::vector<PrefixPattern> patterns_;  // in the order of net::Prefix
    std::vector<std::uint32_t> around_;    // for each, the last one before it that contains it
};

using PrefixSetPtr = std::shared_ptr<const PrefixSet>;

}  // namespace dx::bgp
