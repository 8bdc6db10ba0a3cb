// The threads of the daemon beside the main one: how they are started, named, and weighed by the
// scheduler. It knows nothing of what they do.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace dx::thread {

// A thread with a name of at most 15 characters, a literal, and without signals, which are the main
// thread's. Throws std::system_error where there can be no more threads.
std::thread start(const char* name, std::function<void()> work);

// What a thread asks for that has little to do and must do it soon: turns of this length on a busy
// core instead of the usual 3 ms. In exchange Linux (6.12 and later) lets it have the core when
// it wakes, before threads of longer turns have ended theirs. It needs no privilege.
constexpr std::chrono::microseconds kShortTurns{100};

// For the calling thread. False where the system forbids it (SystemCallFilter=); an older kernel
// takes it and goes on as before.
bool ask_for_turns_of(std::chrono::nanoseconds length) noexcept;

}  // namespace dx::thread
