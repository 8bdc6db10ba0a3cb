#include "cli/terminal.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace dx::cli {
namespace {

winsize size_of_stdout() {
    winsize size{};
    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    return size;
}

std::string_view environment(const char* name) {
    const auto* const value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

bool stdout_is_terminal() {
    return ::isatty(STDOUT_FILENO) != 0;
}

std::size_t terminal_height() {
    return stdout_is_terminal() ? size_of_stdout().ws_row : 0;
}

Style stdout_style() {
    if (!stdout_is_terminal()) return {};
    const bool colour = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
    return {size_of_stdout().ws_col, colour};
}

}  // namespace dx::cli
