// What ends a command: one clear line for stderr, and the exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace dx::cli {

inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;  // it was refused or failed
inline constexpr int kUsage = 2;    // the command is not one; the configuration has errors

class Failure : public std::runtime_error {
public:
    explicit Failure(const std::string& line, int exit_code = kRefused)
        : std::runtime_error(line), exit_code_(exit_code) {}

    int exit_code() const { return exit_code_; }

private:
    int exit_code_;
};

// Ctrl-C ended what was waited for: whatever else may fail meanwhile is another Failure.
struct Interrupted : Failure {
    Interrupted() : Failure("interrupted") {}
};

}  // namespace dx::cli
