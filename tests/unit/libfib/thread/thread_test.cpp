#include "libfib/thread/thread.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <pthread.h>
#include <signal.h>
#include <string>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

namespace thread = dx::thread;

namespace {

// Linux's struct sched_attr.
struct SchedulerAttributes {
    std::uint32_t size;
    std::uint32_t policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime;
    std::uint64_t deadline;
    std::uint64_t period;
};

SchedulerAttributes of_this_thread() {
    SchedulerAttributes attributes{};
    REQUIRE(::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) == 0);
    return attributes;
}

bool kernel_has_turns_of_any_length() {
    utsname name{};
    ::uname(&name);
    int major = 0;
    int minor = 0;
    std::sscanf(name.release, "%d.%d", &major, &minor);
    return major > 6 || (major == 6 && minor >= 12);
}

}  // namespace

TEST_CASE("a thread has its name and takes no signal, and who starts it goes on as before") {
    std::array<char, 16> name{};
    sigset_t blocked;
    thread::start("dx-test", [&] {
        pthread_getname_np(pthread_self(), name.data(), name.size());
        pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    }).join();
    CHECK(std::string(name.data()) == "dx-test");
    CHECK(sigismember(&blocked, SIGTERM) == 1);

    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    CHECK(sigismember(&blocked, SIGTERM) == 0);
}

TEST_CASE("a thread that asks for short turns has them, alone, and stays what it was otherwise") {
    const auto before = of_this_thread();
    bool asked = false;
    SchedulerAttributes there{};
    thread::start("dx-test", [&] {
        asked = thread::ask_for_turns_of(thread::kShortTurns);
        there = of_this_thread();
    }).join();
    CHECK(asked);
    CHECK(there.policy == before.policy);
    CHECK(there.nice == before.nice);
    CHECK(of_this_thread().runtime == before.runtime);
    if (kernel_has_turns_of_any_length())
        CHECK(std::chrono::nanoseconds(there.runtime) == thread::kShortTurns);
}
