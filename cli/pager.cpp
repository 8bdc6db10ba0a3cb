#include "cli/pager.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"

namespace dx::cli {
namespace {

std::string wanted() {
    for (const auto* const name : {"DXCTL_PAGER", "PAGER"})
        if (const auto* const value = std::getenv(name)) return value;
    return "less -FRX";  // ends by itself where all fits on the screen
}

}  // namespace

void Pager::start() {
    to_ = stdout;
    if (!of_use_) return;
    const auto command = wanted();
    if (!stdout_is_terminal() || command.empty() || command == "cat") return;
    ::setenv("LESS", "FRX", 0);  // where it is `less` without options: colours, and no full screen
    // Where there is no such pager, cat does.
    const auto line = "{ " + command + "; } 2>/dev/null || cat";
    if (auto* const pipe = ::popen(line.c_str(), "w")) {
        to_ = pipe;
        piped_ = true;
    }
}

Pager::~Pager() {
    if (!to_) return;
    if (piped_)
        ::pclose(to_);
    else
        std::fflush(to_);
}

bool Pager::write(std::string_view text) {
    if (!to_) start();
    const bool written = std::fwrite(text.data(), 1, text.size(), to_) == text.size() &&
                         (piped_ || std::fflush(to_) == 0);
    if (!written) error_ = errno;
    return written;
}

void Pager::check_written() const {
    if (error_ != 0 && error_ != EPIPE)
        throw Failure(std::string("cannot write: ") + std::strerror(error_));
}

}  // namespace dx::cli
