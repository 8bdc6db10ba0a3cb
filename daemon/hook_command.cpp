#include "daemon/hook_command.hpp"

#include <cerrno>
#include <chrono>
#include <memory>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "libfib/os/file_descriptor.hpp"

namespace dx::daemon {

namespace {

namespace asio = boost::asio;
using Outcome = HookResult::Outcome;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

[[noreturn]] void fail(int error, const char* what) {
    throw std::system_error(error, std::generic_category(), what);
}

// A file in memory, from its beginning: unlike a pipe it takes all at once and waits for no reader.
void fill(const os::FileDescriptor& file, const std::string& content) {
    if (!file.is_open() || !os::write_all(file, content)) fail(errno, "the event");
    ::lseek(file.number(), 0, SEEK_SET);
}

// What posix_spawn is to do before the program begins.
class SpawnSettings {
public:
    explicit SpawnSettings(int input) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        ::posix_spawn_file_actions_addchdir_np(&actions_, "/");
        sigset_t signals;
        sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);  // this thread blocks all
        sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setpgroup(&attributes_, 0);  // its own, to be killed as one
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }

    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    const posix_spawn_file_actions_t* actions() const { return &actions_; }

    const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// A program that runs, with its process group. Does not outlive this.
class Child {
public:
    explicit Child(HookJob& job) {
        const os::FileDescriptor input(::memfd_create("event", MFD_CLOEXEC));
        fill(input, job.body);
        const SpawnSettings settings(input.number());
        const auto arguments = pointers_to(job.hook.command);
        const auto environment = pointers_to(job.environment);
        const int error =
            ::posix_spawn(&id_, arguments.front(), settings.actions(), settings.attributes(),
                          arguments.data(), environment.data());
        if (error != 0) fail(error, "it cannot be started");
    }

    ~Child() {
        if (reaped_) return;
        ::kill(-id_, SIGKILL);
        while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t id() const { return id_; }

    void time_is_up() {
        timed_out_ = true;
        ::kill(-id_, SIGKILL);
    }

    // After it has ended.
    HookResult result(std::chrono::milliseconds timeout) {
        ::kill(-id_, SIGKILL);  // what it has left running; reaped, its number may be another's
        int status = 0;
        reaped_ = ::waitpid(id_, &status, 0) == id_;
        if (timed_out_)
            return {Outcome::TimedOut, fmt::format("killed after {} s",
                                                   std::chrono::duration<double>(timeout).count())};
        if (WIFSIGNALED(status))
            return {Outcome::Failed, fmt::format("killed by signal {}", WTERMSIG(status))};
        if (WEXITSTATUS(status) != 0)
            return {Outcome::Failed, fmt::format("exit code {}", WEXITSTATUS(status))};
        return {};
    }

private:
    pid_t id_ = 0;
    bool timed_out_ = false;
    bool reaped_ = false;
};

}  // namespace

asio::awaitable<HookResult> run_command(HookJob job) {
    const auto executor = co_await asio::this_coro::executor;
    try {
        const auto child = std::make_shared<Child>(job);
        asio::posix::stream_descriptor end(executor);
        end.assign(static_cast<int>(::syscall(SYS_pidfd_open, child->id(), 0)));
        asio::steady_timer timer(executor, job.hook.timeout);
        timer.async_wait([child = std::weak_ptr(child)](boost::system::error_code error) {
            const auto running = child.lock();
            if (!error && running) running->time_is_up();
        });
        co_await end.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
        co_return child->result(job.hook.timeout);
    } catch (const std::system_error& error) {
        co_return HookResult{Outcome::Failed, error.what()};
    }
}

}  // namespace dx::daemon
