// The control socket's file: made with the right mode and group from its first moment, taken over
// from a dead daemon, never from a living one, and removed only while it is still ours.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
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
    ~UnixSocketFile();  // removes the file, unless another one has taken its place

private:
    UnixSocketFile(std::string path, dev_t device, ino_t inode)
        : path_(std::move(path)), device_(device), inode_(inode) {}

    void remove();

    std::string path_;  // empty: nothing to remove
    dev_t device_;
    ino_t inode_;
};

struct UnixSocketFile::Opened {
    UnixSocketFile file;
    int descriptor;  // non-blocking, listening; the caller's to close
    std::vector<std::string> warnings;
};

}  // namespace dx::control
