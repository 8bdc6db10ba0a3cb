// What systemd is told: ready, reloading, stopping, status, alive. One datagram each
// (sd_notify(3)); nothing happens where no service manager asked for it.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dx::daemon::service_manager {

bool present();  // somebody asked to be told

void ready();
void reloading();
void stopping(std::string_view status);
void status(std::string_view status);
void alive();

// Within which time it wants to hear alive(), again and again (sd_watchdog_enabled(3)); none:
// never.
std::optional<std::chrono::microseconds> watchdog_timeout();

}  // namespace dx::daemon::service_manager
