// The control socket's file: made with the right mode and group from its first moment, taken over
// from a dead daemon, never from a living one, and removed only while it is still ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

namespace dx::control {

struct UnixSocketSettings {
    std::string path;
    std::string group;  // may connect; empty: only the owner
    // The group is only the default: where it does not exist the socket is the owner's alone
    // (0600), with a warning. A configured one must exist.
    bool group_is_default = true;
};

// A listening socket file. Owns the file, not the descriptor: that goes to Asio.
class UnixSocketFile {
public:
    struct Opened;

    static boost::system::result<Opened, std::string> open(const UnixSocketSettings& settings);

    UnixSocketFile(UnixSocketFile&& other) noexcept;
    UnixSocketFile& operator=(UnixSocketFile&& other) noexcept;

    const std::string& path() const { return path_; }

    ~UnixSocketFile();  // removes the file, unless another one has taken its place

private:
    // Tells our file from another one at its path. The time too: an inode's number is used again.
    struct Identity {
        dev_t device;
        ino_t inode;
        std::int64_t changed_seconds;
        std::int64_t changed_nanoseconds;

        friend bool operator==(const Identity&, const Identity&) = default;
    };

    UnixSocketFile(std::string path, const Identity& identity)
        : path_(std::move(path)), identity_(identity) {}

    static std::optional<Identity> identify(const std::string& path);
    void remove();

    std::string path_;  // empty: nothing to remove
    Identity identity_;
};

struct UnixSocketFile::Opened {
    UnixSocketFile file;
    int descriptor;  // non-blocking, listening; the caller's to close
    std::vector<std::string> warnings;
};

}  // namespace dx::control
