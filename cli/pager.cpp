#include "cli/pager.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "cli/text_width.hpp"

namespace dx::cli {
namespace {

std::string wanted() {
    for (const auto* const name : {"DXCTL_PAGER", "PAGER"})
        if (const auto* const value = std::getenv(name)) return value;
    return "less -FRX";  // ends by itself where all fits on the screen
}

}  // namespace

bool Pager::is_wanted() const {
    if (!of_use_ || !stdout_is_terminal()) return false;
    const auto command = wanted();
    return !command.empty() && command != "cat";
}

void Pager::start() {
    // Colours pass whatever else the user's $LESS says: `less` is told so first, since an option at
    // its end may have no end. Where there is no such pager, cat does.
    const auto line = "{ export LESS=\"${LESS:+-R $LESS}\"; LESS=\"${LESS:-FRX}\"; " + wanted() +
                      "; } 2>/dev/null || cat";
    auto* const pipe = ::popen(line.c_str(), "w");
    piped_ = pipe != nullptr;
    to_ = piped_ ? pipe : stdout;
}

Pager::~Pager() {
    if (!to_) pass_on_held();
    if (!to_) return;
    if (piped_)
        ::pclose(to_);
    else
        std::fflush(to_);
}

bool Pager::write(std::string_view text) {
    if (to_) return pass_on(text);
    held_ += text;
    if (!is_wanted()) return pass_on_held();
    // The prompt has the last line.
    if (lines_taken(held_, stdout_style().width) < terminal_height()) return true;
    start();
    return pass_on_held();
}

bool Pager::pass_on_held() {
    if (held_.empty()) return true;
    if (!to_) to_ = stdout;
    return pass_on(std::exchange(held_, {}));
}

bool Pager::pass_on(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), to_) == text.size() &&
                         (piped_ || std::fflush(to_) == 0);
    if (!written) error_ = errno;
    return written;
}

void Pager::finish() {
    pass_on_held();
    if (error_ != 0 && error_ != EPIPE)
        throw Failure(std::string("cannot write: ") + std::strerror(error_));
}

}  // namespace dx::cli
