// Logging of the daemon: asynchronous, to stderr, so that a slow disk or terminal stops nothing.
// When the queue is full the oldest messages are dropped and counted. Libraries do not log: they
// report values, and the daemon says them here.
#pragma once

#include <cstddef>
#include <string>

#include <spdlog/common.h>
#include <spdlog/logger.h>

#include "daemon/config/config.hpp"

namespace dx::daemon {

// From now on until it is destroyed: then everything queued has been written.
class Log {
public:
    explicit Log(spdlog::level::level_enum level);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    static void set_level(spdlog::level::level_enum level);
    static std::size_t dropped();  // messages lost to a full queue since the start
};

spdlog::level::level_enum log_level(config::LogLevel level);

// The level of what a part of the core notes: bgp::Severity, netlink::Severity.
template <class Severity>
constexpr spdlog::level::level_enum log_level(Severity severity) {
    switch (severity) {
        case Severity::Debug: return spdlog::level::debug;
        case Severity::Info: return spdlog::level::info;
        case Severity::Warning: return spdlog::level::warn;
        case Severity::Error: break;
    }
    return spdlog::level::err;
}

// The daemon's logger. Under journald each line begins with its priority, `<6>`; otherwise with the
// time.
spdlog::logger& log();

}  // namespace dx::daemon
