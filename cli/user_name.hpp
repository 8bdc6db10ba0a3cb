// Who did something, as people know them: the kernel and the daemon's API have a number.
#pragma once

#include <cstdint>
#include <string>

namespace dx::cli {

// "root"; "user 1000" where that one has no name.
std::string user_name(std::int64_t id);

}  // namespace dx::cli
