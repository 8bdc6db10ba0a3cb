#include "cli/user_name.hpp"

#include <pwd.h>

#include <fmt/format.h>

namespace dx::cli {

std::string user_name(std::int64_t id) {
    const auto* const user = ::getpwuid(static_cast<uid_t>(id));
    return user ? user->pw_name : fmt::format("user {}", id);
}

}  // namespace dx::cli
