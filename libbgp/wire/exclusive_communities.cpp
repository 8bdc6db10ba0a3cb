#include "libbgp/wire/exclusive_communities.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace dx::bgp {
namespace {

constexpr std::array kOneOfThese{kAwsPreference, kAwsScope};

bool has(const std::array<Community, 3>& group, Community community) {
    return std::ranges::find(group, community) != group.end();
}

}  // namespace

bool exclude_each_other(Community a, Community b) {
    return a != b && std::ranges::any_of(kOneOfThese, [&](const auto& group) {
               return has(group, a) && has(group, b);
           });
}

void add_defaults(std::span<const Community> defaults, PathAttributes& attributes) {
    if (attributes.communities.empty()) return attributes.add(defaults);
    std::vector<Community> added;
    std::ranges::copy_if(defaults, std::back_inserter(added), [&](Community each) {
        return std::ranges::none_of(attributes.communities.view(), [&](Community present) {
            return exclude_each_other(each, present);
        });
    });
    attributes.add(added);
}

}  // namespace dx::bgp
