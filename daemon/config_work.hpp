// What the disk thread does for a change, a check or a comparison of the configuration, and what it
// found: handed from thread to thread, used by one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "daemon/config/load.hpp"
#include "daemon/config_store.hpp"
#include "daemon/control/command_result.hpp"

namespace dx::daemon {

struct ConfigWork {
    std::string name;  // what messages call the text
    std::string text;
    config::LoadResult loaded{};
    std::optional<std::int64_t> made_at{};  // when the text became an entry, in seconds since 1970
    HistoryEntry entry{};
    std::string error{};  // why nothing was done
    std::string warning{};

    // A password file is looked for beside `file`, the configuration that the text is to become.
    void load(const std::string& file);

    // What `what` throws is the error.
    template <class What>
    void attempt(What what) {
        try {
            what();
        } catch (const std::runtime_error& failure) {
            error = failure.what();
        }
    }

    // Refused for the error, for mistakes in the text, or done.
    control::CommandResult result() const;
};

// A diagnostic for a line of the log that has the level of warnings: without the word.
std::string without_level(std::string diagnostic);

}  // namespace dx::daemon
