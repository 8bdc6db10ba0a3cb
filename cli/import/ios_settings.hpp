// The settings of one rule as they come together, line by line of a route map.
#pragma once

#include <string_view>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

bool has(const std::vector<Setting>& settings, std::string_view key);

// Beside what there is, or in the place of what it takes the place of in a route map: of one thing
// the last word counts, but that communities are added to those that were.
void put(std::vector<Setting>& settings, Setting setting);

// True if `put` would lose the order: dxrouted takes communities off before it adds some.
bool removes_after_adding(const std::vector<Setting>& settings, const Setting& setting);

}  // namespace dx::importing
