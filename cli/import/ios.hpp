// Configurations in the manner of Cisco IOS: Cisco's own, and FRR's.
#pragma once

#include <cstdint>
#include <string>

#include "cli/import/model.hpp"

namespace dx::importing {

enum class Dialect : std::uint8_t { Cisco, Frr };

// Throws Unreadable where there is no `router bgp`.
Configuration read_ios(const std::string& text, const std::string& name, Dialect dialect);

}  // namespace dx::importing
