#include "libbgp/rib/update_group.hpp"

#include <utility>

namespace dx::bgp {

std::shared_ptr<UpdateGroup> UpdateGroups::of(ExportRules rules) {
    std::erase_if(groups_, [](const auto& group) { return group.expired(); });
    for (const auto& group : groups_)
        if (auto known = group.lock(); known->rules() == rules) return known;
    auto group = std::make_shared<UpdateGroup>(std::move(rules));
    groups_.push_back(group);
    return group;
}

void UpdateGroups::source_changed() {
    for (const auto& group : groups_)
        if (const auto known = group.lock()) known->forget_exported();
}

}  // namespace dx::bgp
