// Logging of the daemon: asynchronous, to stderr, so that a slow disk or terminal stops nothing.
// When the queue is full the oldest messages are dropped and counted. Libraries do not log: they
// report values, and the daemon says them here.
#pragma once

#include <cstddef>

#include <fmt/core.h>

#include "daemon/config/config.hpp"

namespace dx::daemon {

using config::LogLevel;

// From now on until it is destroyed: then everything queued has been written.
class Log {
public:
    explicit Log(LogLevel level);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    static void set_level(LogLevel level);
    static std::size_t dropped();  // messages lost to a full queue since the start
};

// The level of what a part of the core notes: bgp::Severity, netlink::Severity.
template <class Severity>
constexpr LogLevel log_level(Severity severity) {
    switch (severity) {
        case Severity::Debug: return LogLevel::Debug;
        case Severity::Info: return LogLevel::Info;
        case Severity::Warning: return LogLevel::Warning;
        case Severity::Error: break;
    }
    return LogLevel::Error;
}

// Writes lines in fmt's notation. They are formatted in one place, not wherever one is written:
// fmt's own code is large.
class LogWriter {
public:
    template <class... Args>
    void log(LogLevel level, fmt::format_string<Args...> text, Args&&... args) const {
        write(level, text, fmt::make_format_args(args...));
    }

    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::Debug, text, fmt::make_format_args(args...));
    }

    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::Info, text, fmt::make_format_args(args...));
    }

    template <class... Args>
    void warn(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::Warning, text, fmt::make_format_args(args...));
    }

    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::Error, text, fmt::make_format_args(args...));
    }

private:
    static void write(LogLevel level, fmt::string_view text, fmt::format_args args);
};

// The daemon's log. Under journald each line begins with its priority, `<6>`; otherwise with the
// time.
constexpr LogWriter log() {
    return {};
}

}  // namespace dx::daemon
