// What the daemon knows, out of its control API.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client.hpp"
#include "cli/doctor/checks/facts.hpp"
#include "cli/doctor/running_config.hpp"

namespace dx::doctor {

// Whether it answers, and as what.
Daemon ask_daemon(cli::Client& client);

// ... and what is amiss with one that answers.
void take_health(cli::Client& client, Daemon& daemon);

RunningConfig ask_running_config(cli::Client& client);

// All neighbors, or the one that `wanted` (a name or an address) means. Throws cli::Failure if
// there is none. Filled in: what the daemon knows of its session; `link.name` where it is
// configured.
std::vector<Neighbor> ask_neighbors(cli::Client& client, std::string_view wanted,
                                    const RunningConfig& config);

// The gateways of the static routes that BFD watches, each with its routes and its session.
std::vector<Gateway> ask_gateways(cli::Client& client, const RunningConfig& config);

}  // namespace dx::doctor
