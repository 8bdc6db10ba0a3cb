#include "daemon/log.hpp"

#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace dx::daemon {

namespace {

constexpr std::size_t kQueueLength = 512;

// sd-daemon(3): the priority of a line for journald.
class JournalPriority : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        static constexpr char kPriorities[] = {'7', '7', '6', '4', '3', '2', '6'};
        out.push_back('<');
        out.push_back(kPriorities[message.level]);
        out.push_back('>');
    }

    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<JournalPriority>();
    }
};

std::unique_ptr<spdlog::pattern_formatter> make_formatter() {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    if (std::getenv("JOURNAL_STREAM") != nullptr)
        formatter->add_flag<JournalPriority>('*').set_pattern("%*%v");
    else
        formatter->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%-7l%$ %v");
    return formatter;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::Trace: return spdlog::level::trace;
        case LogLevel::Debug: return spdlog::level::debug;
        case LogLevel::Info: return spdlog::level::info;
        case LogLevel::Warning: return spdlog::level::warn;
        case LogLevel::Error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::shared_ptr<spdlog::details::thread_pool>& pool() {
    static std::shared_ptr<spdlog::details::thread_pool> instance;
    return instance;
}

}  // namespace

Log::Log(LogLevel level) {
    pool() = std::make_shared<spdlog::details::thread_pool>(kQueueLength, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::async_logger>(
        "dxrouted", std::move(sink), pool(), spdlog::async_overflow_policy::overrun_oldest);
    logger->set_formatter(make_formatter());
    logger->set_level(to_spdlog(level));
    spdlog::set_default_logger(std::move(logger));
}

Log::~Log() {
    pool().reset();  // joins its thread once the queue is empty
    spdlog::shutdown();
}

void Log::set_level(LogLevel level) {
    spdlog::default_logger_raw()->set_level(to_spdlog(level));
}

std::size_t Log::dropped() {
    return pool() ? pool()->overrun_counter() : 0;
}

void LogWriter::write(LogLevel level, fmt::string_view text, fmt::format_args args) {
    auto& logger = *spdlog::default_logger_raw();
    if (!logger.should_log(to_spdlog(level))) return;
    fmt::memory_buffer line;
    fmt::vformat_to(fmt::appender(line), text, args);
    logger.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace dx::daemon
