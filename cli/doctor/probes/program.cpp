#include "cli/doctor/probes/program.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libfib/os/file_descriptor.hpp"

namespace dx::doctor {
namespace {

// A pipe that a child writes to and we read.
class Pipe {
public:
    Pipe() {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
        reading_ = os::FileDescriptor(ends[0]);
        writing_ = os::FileDescriptor(ends[1]);
    }

    int reading() const { return reading_.number(); }

    int writing() const { return writing_.number(); }

    void close_writing() { writing_.close(); }

    // Reads a piece; false at the end.
    bool read_into(std::string& text) {
        std::array<char, 16384> piece{};
        const auto got = ::read(reading_.number(), piece.data(), piece.size());
        if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
        if (got > 0 || (got < 0 && errno == EINTR)) return true;
        reading_.close();
        return false;
    }

private:
    os::FileDescriptor reading_;
    os::FileDescriptor writing_;
};

void read_both(Pipe& output, Pipe& trouble, Outcome& outcome) {
    while (output.reading() >= 0 || trouble.reading() >= 0) {
        std::array<pollfd, 2> waiting{pollfd{output.reading(), POLLIN, 0},
                                      pollfd{trouble.reading(), POLLIN, 0}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
        if (waiting[0].revents != 0) output.read_into(outcome.output);
        if (waiting[1].revents != 0) trouble.read_into(outcome.trouble);
    }
}

// 0 or an errno.
int spawn(const std::vector<std::string>& words, const Pipe& output, const Pipe& trouble,
          pid_t& child) {
    std::vector<char*> arguments(words.size() + 1);  // the last stays null
    for (std::size_t i = 0; i < words.size(); ++i)
        arguments[i] = const_cast<char*>(words[i].c_str());
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, trouble.writing(), STDERR_FILENO);
    const int error =
        ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Outcome run_program(const std::vector<std::string>& words) {
    Pipe output;
    Pipe trouble;
    Outcome outcome;
    pid_t child = 0;
    if (const int error = spawn(words, output, trouble, child); error != 0) {
        outcome.trouble = words.front() + ": " + std::strerror(error);
        return outcome;
    }
    output.close_writing();
    trouble.close_writing();
    read_both(output, trouble, outcome);
    outcome.status = wait_for(child);
    return outcome;
}

}  // namespace dx::doctor
