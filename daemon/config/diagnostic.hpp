// What is wrong with a configuration, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dx::config {

enum class Severity : std::uint8_t { Error, Warning };

// Where something stands in a text; both from 1, columns in bytes.
struct Position {
    int line = 1;
    int column = 1;

    friend auto operator<=>(const Position&, const Position&) = default;
};

struct Diagnostic {
    Severity severity = Severity::Error;
    std::string file;
    std::optional<Position> at;  // none: the file as a whole
    std::string text;            // "what is wrong (what was expected; did you mean …)"

    // "FILE:LINE:COLUMN: text", or "FILE: text"; a warning has "warning: " before its text.
    std::string to_string() const;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace dx::config
