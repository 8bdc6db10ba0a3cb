// What a start does with the configuration's file before anything else. Blocks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/router_state.hpp"

namespace dx::daemon {

struct Recovery {
    std::string note{};                         // what was done; empty: there was nothing to do
    bool failed = false;                        // it could not be done: `note` says why
    std::optional<std::string> text_instead{};  // in place of the file, which is not put back
};

// A change that was not confirmed when the last run ended is given back.
Recovery recover(const Files& files);

// The history learns what this run starts with; why it could not, else nothing.
std::string record_start(const Files& files, std::string_view text);

}  // namespace dx::daemon
