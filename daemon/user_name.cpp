#include "daemon/user_name.hpp"

#include <cstdio>
#include <memory>
#include <pwd.h>

#include <fmt/format.h>

namespace dx::daemon {

std::string user_name(std::uint32_t id) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/passwd", "re"),
                                                               std::fclose);
    while (file) {
        const auto* const user = ::fgetpwent(file.get());
        if (user == nullptr) break;
        if (user->pw_uid == id) return user->pw_name;
    }
    return fmt::format("user {}", id);
}

}  // namespace dx::daemon
