// All facts for the checks: asks the daemon, reads the kernel, tries the path.
#pragma once

#include <string_view>

#include "cli/client.hpp"
#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

// Of the neighbor that `wanted` means, or of all where it is empty. Throws cli::Failure if there is
// no such neighbor; a daemon that does not answer is a fact.
Facts gather(cli::Client& client, std::string_view wanted);

}  // namespace dx::doctor
