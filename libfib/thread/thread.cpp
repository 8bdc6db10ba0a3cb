#include "libfib/thread/thread.hpp"

#include <cstdint>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace dx::thread {

namespace {

// Linux's struct sched_attr in its first version; its header and Debian 12's <sched.h> exclude each
// other.
struct SchedulerAttributes {
    std::uint32_t size;
    std::uint32_t policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime;  // of SCHED_OTHER: the length of a turn in nanoseconds, 0 for the usual
    std::uint64_t deadline;
    std::uint64_t period;
};

class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }

    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_;
};

}  // namespace

std::thread start(const char* name, std::function<void()> work) {
    const SignalsBlocked inherited;
    return std::thread([name, work = std::move(work)] {
        pthread_setname_np(pthread_self(), name);
        work();
    });
}

bool ask_for_turns_of(std::chrono::nanoseconds length) noexcept {
    SchedulerAttributes attributes{};
    if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return false;
    attributes.runtime = static_cast<std::uint64_t>(length.count());
    return ::syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

}  // namespace dx::thread
