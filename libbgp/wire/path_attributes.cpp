#include "libbgp/wire/path_attributes.hpp"

#include <algorithm>

namespace dx::bgp {

bool PathAttributes::has(Community community) const {
    return std::ranges::binary_search(communities.view(), community);
}

void PathAttributes::add(std::span<const Community> added) {
    if (added.empty()) return;
    const auto old = communities.view();
    std::vector<Community> all(old.begin(), old.end());
    all.insert(all.end(), added.begin(), added.end());
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    communities = CompactArray<Community>(std::span<const Community>(all));
}

}  // namespace dx::bgp
