#include "libbgp/wire/exclusive_communities.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace dx::bgp {
namespace {

using Group = std::array<Community, 3>;

constexpr std::array kOneOfThese{
    Group{Community::of(7224, 7100), Community::of(7224, 7200), Community::of(7224, 7300)},
    Group{Community::of(7224, 9100), Community::of(7224, 9200), Community::of(7224, 9300)}};

bool has(const Group& group, Community community) {
    return std::ranges::find(group, community) != group.end();
}

}  // namespace

bool exclude_each_other(Community a, Community b) {
    return a != b && std::ranges::any_of(kOneOfThese, [&](const Group& group) {
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
