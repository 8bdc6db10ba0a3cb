// What is typed at the shell's prompt, one character after the other, and Ctrl-C, which is never
// lost: it comes in while a key is waited for and at no other time.
#pragma once

#include <csignal>
#include <cwchar>

namespace dx::cli {

// While there is one, SIGINT comes only within next_key().
class InterruptHeld {
public:
    InterruptHeld();
    InterruptHeld(const InterruptHeld&) = delete;
    InterruptHeld& operator=(const InterruptHeld&) = delete;
    ~InterruptHeld();

private:
    sigset_t before_{};
};

// From stdin, a terminal that keeps its input at Ctrl-C (NOFLSH), in the locale's encoding. 1: a
// character; 0: the end of input; -1: an error, or Ctrl-C (interrupt.hpp).
int next_key(wchar_t& key);

}  // namespace dx::cli
