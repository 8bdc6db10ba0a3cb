#include "daemon/service_manager.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libfib/os/file_descriptor.hpp"

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
    const os::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ::sendto(socket.number(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&address), length);
}

std::string monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(static_cast<std::uint64_t>(now.tv_sec) * 1'000'000U +
                          static_cast<std::uint64_t>(now.tv_nsec) / 1'000U);
}

// The whole variable as a number; none: it is not set, or not a number.
std::optional<std::uint64_t> number_in(const char* variable) {
    const char* value = std::getenv(variable);
    if (value == nullptr) return std::nullopt;
    const std::string_view text(value);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc{} || end != text.end()) return std::nullopt;
    return number;
}

}  // namespace

bool present() {
    return std::getenv("NOTIFY_SOCKET") != nullptr;
}

void ready() {
    notify("READY=1");
}

void reloading() {
    notify("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds());
}

void stopping(std::string_view status) {
    notify("STOPPING=1\nSTATUS=" + std::string(status));
}

void status(std::string_view status) {
    notify("STATUS=" + std::string(status));
}

void alive() {
    notify("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> watchdog_timeout() {
    const auto timeout = number_in("WATCHDOG_USEC");
    if (!timeout || *timeout == 0 || *timeout > std::uint64_t{INT64_MAX}) return std::nullopt;
    // It may be meant for another process, of which we are a child.
    const bool for_somebody = std::getenv("WATCHDOG_PID") != nullptr;
    if (for_somebody && number_in("WATCHDOG_PID") != static_cast<std::uint64_t>(::getpid()))
        return std::nullopt;
    return std::chrono::microseconds(static_cast<std::int64_t>(*timeout));
}

}  // namespace dx::daemon::service_manager
