#include "daemon/watchdog.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace dx::daemon {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

}  // namespace

Watchdog::Watchdog(boost::asio::io_context& io, Duration timeout, std::vector<Thread> threads,
                   Handlers handlers)
    : timer_(io),
      interval_(timeout / 2),
      threads_(std::move(threads)),
      handlers_(std::move(handlers)),
      awaited_(threads_.size()) {}

void Watchdog::start() {
    handlers_.feed();
    ask();
    wait();
}

// A thread that owes an answer is not asked again: questions would pile up before it.
void Watchdog::ask() {
    if (std::ranges::find(awaited_, true) != awaited_.end()) return warn_of_silence();
    asked_at_ = Clock::now();
    awaited_.assign(threads_.size(), true);
    for (std::size_t i = 0; i < threads_.size(); ++i)
        threads_[i].ask([this, i] { answered(i); });
}

// The last answer feeds at once, however late it is.
void Watchdog::answered(std::size_t thread) {
    awaited_[thread] = false;
    if (std::ranges::find(awaited_, true) != awaited_.end()) return;
    handlers_.feed();
    if (std::exchange(warned_, false))
        handlers_.warn(fmt::format("watchdog: all threads answer again, after {:.1f} s",
                                   seconds_since(asked_at_)));
}

void Watchdog::warn_of_silence() {
    if (std::exchange(warned_, true)) return;
    std::string names;
    for (std::size_t i = 0; i < threads_.size(); ++i)
        if (awaited_[i]) names += (names.empty() ? "" : ", ") + threads_[i].name;
    handlers_.warn(fmt::format("watchdog: no answer for {:.1f} s from the thread {}",
                               seconds_since(asked_at_), names));
}

void Watchdog::wait() {
    timer_.expires_after(interval_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        ask();
        wait();
    });
}

}  // namespace dx::daemon
