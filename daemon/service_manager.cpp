#include "daemon/service_manager.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace dx::daemon::service_manager {

namespace {

void notify(const std::string& message) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr) return;
    const std::string_view name(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.size() < 2 || name.size() >= sizeof address.sun_path) return;
    std::copy(name.begin(), name.end(), address.sun_path);
    if (name.front() == '@') address.sun_path[0] = '\0';  // abstract
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&address), length);
    ::close(fd);
}

std::string monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(static_cast<std::uint64_t>(now.tv_sec) * 1'000'000U +
                          static_cast<std::uint64_t>(now.tv_nsec) / 1'000U);
}

std::string with_status(std::string_view state, std::string_view status) {
    return std::string(state) + "\nSTATUS=" + std::string(status);
}

}  // namespace

void ready(std::string_view status) {
    notify(with_status("READY=1", status));
}

void reloading() {
    notify("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds());
}

void stopping(std::string_view status) {
    notify(with_status("STOPPING=1", status));
}

void status(std::string_view status) {
    notify("STATUS=" + std::string(status));
}

}  // namespace dx::daemon::service_manager
