#include "libbgp/wire/path_attributes.hpp"

#include <algorithm>

namespace dx::bgp {

bool PathAttributes::has(Community community) const {
    return std::ranges::binary_search(communities.view(), community);
}

}  // namespace dx::bgp
