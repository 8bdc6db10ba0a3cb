// Where what outlives a run is kept: the history of the configuration, a change that waits for its
// confirmation, the journal.
#pragma once

#include <filesystem>
#include <string_view>

namespace dx::daemon {

inline constexpr std::string_view kDefaultConfigFile = "/etc/dxrouted/dxrouted.yaml";

// `given` by --state-directory; else $STATE_DIRECTORY, which systemd sets; else
// /var/lib/dxrouted for the default configuration. That of any other file lies beside it as
// FILE.state, so that two routers on one machine never take each other's changes for their own,
// and what was kept goes with the file that it is about.
std::filesystem::path state_directory(std::string_view given, std::string_view from_environment,
                                      const std::filesystem::path& config_file);

}  // namespace dx::daemon
