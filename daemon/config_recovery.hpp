// What a start does with the configuration's file before anything else. Blocks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/router_state.hpp"

namespace dx::daemon {

struct Recovery {
    std::string note;                         // for the log; empty: there was nothing to do
    std::optional<std::string> text_instead;  // in place of the file, which is not put back
};

// A change that was not confirmed when the last run ended is given back.
Recovery recover(const Files& files);

// The history learns what this run starts with; why it could not, else nothing.
std::string record_start(const Files& files, std::string_view text);

}  // namespace dx::daemon
