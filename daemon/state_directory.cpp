#include "daemon/state_directory.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

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

StateLock::StateLock(const std::filesystem::path& directory, std::chrono::milliseconds patience) {
    ::mkdir(directory.c_str(), 0700);
    directory_ = os::FileDescriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory_.is_open()) return;
    const auto until = std::chrono::steady_clock::now() + patience;
    const auto is_held = [this] {
        return ::flock(directory_.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    };
    while ((held_by_another_ = is_held()) && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace dx::daemon
