// `dxctl doctor [N]`: walks the path to a neighbor, or to all, and says what is wrong.
#pragma once

#include <string_view>

#include "cli/client.hpp"
#include "cli/output.hpp"

namespace dx::doctor {

// Throws cli::Failure where a check failed, after all has been written.
void examine(cli::Client& client, std::string_view neighbor, bool json, cli::Output& out);

}  // namespace dx::doctor
