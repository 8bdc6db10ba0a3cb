// Communities of which AWS takes one a prefix: how it prefers the circuit (7224:7100, 7200, 7300),
// how far it carries the route (7224:9100, 9200, 9300).
#pragma once

#include <array>
#include <span>

#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

// Of a private or transit virtual interface: high, medium, low; of a public one: within the Region,
// the continent, everywhere.
inline constexpr std::array kAwsPreference{Community::of(7224, 7300), Community::of(7224, 7200),
                                           Community::of(7224, 7100)};
inline constexpr std::array kAwsScope{Community::of(7224, 9100), Community::of(7224, 9200),
                                      Community::of(7224, 9300)};

// True if a route may not carry both.
bool exclude_each_other(Community a, Community b);

// Adds those that nothing on the route excludes: what was said of this one route is the more
// specific wish.
void add_defaults(std::span<const Community> defaults, PathAttributes& attributes);

}  // namespace dx::bgp
