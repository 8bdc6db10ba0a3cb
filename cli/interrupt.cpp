#include "cli/interrupt.hpp"

#include <algorithm>
#include <thread>

#include "cli/failure.hpp"

namespace dx::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

Interruptible::Interruptible() {
    struct sigaction noting{};
    noting.sa_handler = [](int) { interrupted = 1; };  // without SA_RESTART
    ::sigaction(SIGINT, &noting, &before_);
}

Interruptible::~Interruptible() {
    ::sigaction(SIGINT, &before_, nullptr);
}

bool is_interrupted() {
    return interrupted != 0;
}

void forget_interrupt() {
    interrupted = 0;
}

void unless_interrupted(const std::string& goes_on, const std::function<void()>& work) {
    try {
        work();
    } catch (const Interrupted&) {
        throw Failure("interrupted: " + goes_on);
    }
}

bool pause_for(std::chrono::milliseconds time) {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds kSlice{50};  // sleep_for goes on after a signal
    const auto until = Clock::now() + time;
    for (auto now = Clock::now(); now < until && !is_interrupted(); now = Clock::now())
        std::this_thread::sleep_for(std::min<Clock::duration>(kSlice, until - now));
    return !is_interrupted();
}

}  // namespace dx::cli
