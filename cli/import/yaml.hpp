// The configuration file of an import, commented for the engineer who reads it next.
#pragma once

#include <string>
#include <string_view>

#include "cli/import/model.hpp"

namespace dx::importing {

// How the file begins: what tells it from one that was written by hand.
inline constexpr std::string_view kMadeByImport = "# dxrouted.yaml, made by `dxctl import` from ";

// The whole file. Keys of neighbors are not in it, but the names of their files (key_file_of).
std::string to_yaml(const Configuration& configuration);

// Where a neighbor's key goes, as the configuration file names it: relative to itself.
std::string key_file_of(const Neighbor& neighbor);

}  // namespace dx::importing
