// Ctrl-C: ends what is under way, where somebody wants to go on after it.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <string>

namespace dx::cli {

// While there is one, SIGINT is noted and ends no program. System calls that wait are interrupted.
class Interruptible {
public:
    Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
    ~Interruptible();

private:
    struct sigaction before_{};
};

// Whether it came, and nobody has said since that it is dealt with.
bool is_interrupted();
void forget_interrupt();

// Does what Ctrl-C only ends the waiting for: where it throws Interrupted, what `goes_on` is said.
// A refusal stays one, also if Ctrl-C came at the same time.
void unless_interrupted(const std::string& goes_on, const std::function<void()>& work);

// Sleeps; false if Ctrl-C ended it.
bool pause_for(std::chrono::milliseconds time);

}  // namespace dx::cli
