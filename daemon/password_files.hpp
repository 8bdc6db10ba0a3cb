// The password files of a configuration, which the history does not keep: whether they are still
// what they were. Looks at files; for the disk thread.
//
// Nothing that is made of a key is stored for this: whoever reads the history could try keys
// against it, and a key may have 6 bytes. The time of a file's last change (ctime) says enough:
// nobody sets it, so a key that was put in place with an old date shows too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "daemon/config/config.hpp"

namespace dx::daemon {

// Which keys may be others than when an entry of the history was made (`time`: seconds since 1970),
// in a sentence; empty: none. `file` is the configuration's, beside which they are looked for.
std::string keys_changed_since(const config::Config& config, const std::filesystem::path& file,
                               std::int64_t time);

}  // namespace dx::daemon
