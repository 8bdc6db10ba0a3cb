// systemd-networkd's configuration, as systemd puts it together of files.
#pragma once

#include <filesystem>

#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

// `root` is "/" but in tests.
Networkd read_networkd(const std::filesystem::path& root);

}  // namespace dx::doctor
