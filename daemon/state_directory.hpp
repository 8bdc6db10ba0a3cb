// Where what outlives a run is kept: the history of the configuration, a change that waits for its
// confirmation, the journal, which neighbors are drained, how many prefixes they said that they
// take.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "libfib/os/file_descriptor.hpp"

namespace dx::daemon {

inline constexpr std::string_view kDefaultConfigFile = "/etc/dxrouted/dxrouted.yaml";

// `given` by --state-directory; else $STATE_DIRECTORY, which systemd sets; else
// /var/lib/dxrouted for the default configuration. That of any other file lies beside it as
// FILE.state, so that two routers on one machine never take each other's changes for their own,
// and what was kept goes with the file that it is about.
std::filesystem::path state_directory(std::string_view given, std::string_view from_environment,
                                      const std::filesystem::path& config_file);

// Held by the run that the directory belongs to, until it ends, however it does: a second daemon
// by mistake must not take the first one's unconfirmed change back. Makes the directory where it is
// missing; where that cannot be, nobody is kept out. Waits as long as `patience` for a run before
// that still says its last words.
class StateLock {
public:
    StateLock(const std::filesystem::path& directory, std::chrono::milliseconds patience);

    bool held_by_another() const { return held_by_another_; }

private:
    os::FileDescriptor directory_;
    bool held_by_another_ = false;
};

}  // namespace dx::daemon
