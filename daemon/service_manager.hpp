// What systemd is told: ready, reloading, stopping, status. One datagram each (sd_notify(3));
// nothing happens where no service manager asked for it.
#pragma once

#include <string_view>

namespace dx::daemon::service_manager {

void ready(std::string_view status);
void reloading();
void stopping(std::string_view status);
void status(std::string_view status);

}  // namespace dx::daemon::service_manager
