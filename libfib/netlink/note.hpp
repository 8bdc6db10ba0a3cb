// Lines for the log. What they say of the kernel is written for the operator who reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libfib/fib/fib.hpp"

namespace dx::netlink {

enum class Severity : std::uint8_t { Debug, Info, Warning, Error };

struct Note {
    Severity severity = Severity::Info;
    std::string text;
    std::optional<fib::FibNote> about;  // where it came from the Fib
};

// `explanation` is the kernel's own for the error of the note; may be empty.
Note describe(const fib::FibNote& note, std::string_view explanation);

}  // namespace dx::netlink
