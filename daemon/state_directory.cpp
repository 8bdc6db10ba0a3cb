#include "daemon/state_directory.hpp"

namespace dx::daemon {

std::filesystem::path state_directory(std::string_view given, std::string_view from_environment,
                                      const std::filesystem::path& config_file) {
    if (!given.empty()) return given;
    // systemd gives all of the unit's, between colons; ours is the first.
    if (!from_environment.empty()) return from_environment.substr(0, from_environment.find(':'));
    if (config_file == kDefaultConfigFile) return "/var/lib/dxrouted";
    auto beside = config_file;
    beside += ".state";
    return beside;
}

}  // namespace dx::daemon
