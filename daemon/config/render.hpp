// The running configuration as YAML text.
#pragma once

#include <string>

#include "daemon/config/config.hpp"

namespace dx::config {

// Says what differs from the defaults (of the neighbor's profile, for a neighbor), in the order of
// the manual; loads again as the same Config, except that an inline key, and what comes after the
// host in the URL of a webhook, reads `<hidden>`.
std::string render(const Config& config);

// The JSON Schema of the file, for editors.
std::string json_schema();

}  // namespace dx::config
