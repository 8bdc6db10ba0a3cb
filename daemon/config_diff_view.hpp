// What a new configuration would change, or has, as the control API shows it: plain values out of
// the changes and their effects.
#pragma once

#include <string>
#include <vector>

#include "daemon/change_effect.hpp"
#include "daemon/config/diff.hpp"
#include "daemon/control/config_commands.hpp"

namespace dx::daemon {

std::vector<control::ConfigChangeView> change_views(const std::vector<config::Change>& changes);
std::vector<control::NeighborEffectView> effect_views(const std::vector<EffectOnNeighbor>& effects);

// Of changes that were applied, and the sessions that they ended: "2 changes applied, reset: dx1".
std::string summary(const std::vector<config::Change>& changes);

}  // namespace dx::daemon
