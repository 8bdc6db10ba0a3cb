// What became of a command.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
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
    std::vector<std::string> diagnostics{};              // "FILE:LINE:COLUMN: …", warnings too
    std::optional<std::uint64_t> without_another_way{};  // routes that only this neighbor has
};

using ResultAnswer = std::function<void(CommandResult)>;

}  // namespace dx::control
