// What became of a command.
#pragma once

#include <string>
#include <vector>

namespace dx::control {

struct CommandResult {
    enum class Outcome {
        Done,
        Refused,
        Misconfigured,  // refused, for what `diagnostics` says of the configuration
    };

    Outcome outcome = Outcome::Done;
    std::string text;  // one line: "2 neighbors reset", what was refused and why
    std::vector<std::string> diagnostics{};  // "FILE:LINE:COLUMN: …", warnings too
};

}  // namespace dx::control
