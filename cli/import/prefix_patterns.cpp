#include "cli/import/prefix_patterns.hpp"

#include <algorithm>
#include <string_view>

#include "cli/import/addresses.hpp"

namespace dx::importing {

void PrefixPatterns::add(const PrefixPattern& pattern) {
    by_bits_[prefix_bits(pattern.prefix)].emplace(pattern.ge, pattern.le);
}

bool PrefixPatterns::overlap(const PrefixPattern& pattern) const {
    // One prefix contains the other, so that what fits both is inside the longer one; its `ge` is
    // not below that one's length.
    const auto shared = [&](const Lengths& lengths) {
        return std::ranges::any_of(lengths, [&](const auto& each) {
            return std::max(each.first, pattern.ge) <= std::min(each.second, pattern.le);
        });
    };
    const auto bits = prefix_bits(pattern.prefix);
    for (std::size_t length = 0; length < bits.size(); ++length) {
        const auto around = by_bits_.find(std::string_view(bits).substr(0, length));
        if (around != by_bits_.end() && shared(around->second)) return true;
    }
    for (auto inside = by_bits_.lower_bound(bits);
         inside != by_bits_.end() && inside->first.starts_with(bits); ++inside)
        if (shared(inside->second)) return true;
    return false;
}

}  // namespace dx::importing
