#include "cli/keyboard.hpp"

#include <cerrno>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "cli/interrupt.hpp"

namespace dx::cli {
namespace {

constexpr auto kIncomplete = static_cast<std::size_t>(-2);
constexpr auto kInvalid = static_cast<std::size_t>(-1);

bool is_pending(int signal) {
    sigset_t pending;
    ::sigpending(&pending);
    return sigismember(&pending, signal) == 1;
}

// A look at a flag and then read() would sleep on a Ctrl-C that came in between; ppoll() lets it in
// and waits in one step. Other signals (a new size of the terminal) are no reason to stop. Where
// there is input ppoll() lets nothing in, so a Ctrl-C that was held is let in behind it: what was
// typed around it is then dropped, else an Enter would run the line that was to go.
bool wait_for_input() {
    sigset_t open;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &open);
    sigdelset(&open, SIGINT);
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (::ppoll(&input, 1, nullptr, &open) < 0)
        if (errno != EINTR || is_interrupted()) return false;
    while (is_pending(SIGINT))  // libedit's own handler sends it again
        ::sigsuspend(&open);
    if (!is_interrupted()) return true;
    ::tcflush(STDIN_FILENO, TCIFLUSH);
    errno = EINTR;
    return false;
}

}  // namespace

InterruptHeld::InterruptHeld() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
}

InterruptHeld::~InterruptHeld() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int next_key(wchar_t& key) {
    std::mbstate_t state{};
    for (;;) {
        char byte = 0;
        if (!wait_for_input()) return -1;
        const auto count = ::read(STDIN_FILENO, &byte, 1);
        if (count <= 0) return static_cast<int>(count);
        const auto size = std::mbrtowc(&key, &byte, 1, &state);
        if (size == kInvalid) state = {};  // it is no character
        // A Ctrl-D from before libedit took the terminal comes as NUL, which it would bind to the
        // disabled LNEXT character: the next Ctrl-D would be inserted, and end nothing.
        if (size != kInvalid && size != kIncomplete && key != L'\0') return 1;
    }
}

}  // namespace dx::cli
