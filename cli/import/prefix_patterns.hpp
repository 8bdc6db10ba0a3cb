// Many patterns of one family, and whether one more has a prefix in common with them: in time that
// hardly grows with their number, since prefix lists of tens of thousands of entries are generated.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "cli/import/prefix_pattern.hpp"

namespace dx::importing {

class PrefixPatterns {
public:
    void add(const PrefixPattern& pattern);

    // True if a prefix fits both `pattern` and one of those that were added.
    bool overlap(const PrefixPattern& pattern) const;

private:
    using Lengths = std::set<std::pair<unsigned, unsigned>>;  // ge, le

    // By the bits of the prefix, so that what is inside a prefix stands together behind it.
    std::map<std::string, Lengths, std::less<>> by_bits_;
};

}  // namespace dx::importing
