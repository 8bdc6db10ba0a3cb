// What a new configuration would change, as the control API shows it: plain values out of the
// changes and their effects.
#pragma once

#include <vector>

#include "daemon/change_effect.hpp"
#include "daemon/config/diff.hpp"
#include "daemon/control/config_commands.hpp"

namespace dx::daemon {

std::vector<control::ConfigChangeView> change_views(const std::vector<config::Change>& changes);
std::vector<control::NeighborEffectView> effect_views(const std::vector<EffectOnNeighbor>& effects);

}  // namespace dx::daemon
