// What became of a neighbor's routes, out of the control API's tables. They are read row by row:
// there may be a million.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "cli/client.hpp"
#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

// What this host would send from to an address.
using SourceTowards = std::function<std::optional<net::IpAddress>(const net::IpAddress&)>;

// Only for an established neighbor.
// The prefixes of static routes that something watches.
using Guarded = std::set<std::string>;

Routes ask_routes(cli::Client& client, const Neighbor& neighbor, const Guarded& guarded,
                  const SourceTowards& source);

}  // namespace dx::doctor
