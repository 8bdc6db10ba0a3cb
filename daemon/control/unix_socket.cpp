#include "daemon/control/unix_socket.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <memory>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "libfib/os/file_descriptor.hpp"

namespace dx::control {
namespace {

using Failure = std::optional<std::string>;  // none: it went well

std::string problem(const std::string& path, const std::string& what) {
    return "control socket " + path + ": " + what;
}

std::string errno_problem(const std::string& path, const std::string& what) {
    return problem(path, what + ": " + std::strerror(errno));
}

os::FileDescriptor new_socket() {
    return os::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

const sockaddr* as_sockaddr(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

// A file that is left of a daemon that died goes; what answers, or is no socket, stays.
Failure clear_the_place(const sockaddr_un& address) {
    const std::string path = address.sun_path;
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0)
        return errno == ENOENT ? Failure{} : errno_problem(path, "cannot look at it");
    if (!S_ISSOCK(status.st_mode)) return problem(path, "exists and is not a socket");
    const auto probe = new_socket();
    if (::connect(probe.number(), as_sockaddr(address), sizeof address) == 0 || errno == EAGAIN)
        return problem(path, "another daemon answers on it");
    if (errno != ECONNREFUSED) return errno_problem(path, "cannot tell whether it is in use");
    if (::unlink(path.c_str()) != 0) return errno_problem(path, "cannot remove the old one");
    return {};
}

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// The default group is the package's, in this machine's own file. Only for one that was asked for
// by name are other sources asked (nsswitch.conf): a router that starts does not wait for a
// directory server which it is the way to, and their libraries stay in its memory.
std::optional<gid_t> find_group(const UnixSocketSettings& settings) {
    if (!settings.group_is_default) {
        const auto* const group = ::getgrnam(settings.group.c_str());
        return group ? std::optional(group->gr_gid) : std::nullopt;
    }
    const std::unique_ptr<std::FILE, Closer> file(std::fopen("/etc/group", "re"));
    while (const auto* const group = file ? ::fgetgrent(file.get()) : nullptr)
        if (group->gr_name == settings.group) return group->gr_gid;
    return std::nullopt;
}

// The group and the mode that lets it in; until here only the owner can connect.
Failure open_to_group(const UnixSocketSettings& settings, std::vector<std::string>& warnings) {
    if (settings.group.empty()) return {};
    const auto refuse = [&](std::string why) -> Failure {
        if (!settings.group_is_default) return problem(settings.path, why);
        warnings.push_back(problem(settings.path, why + "; only its owner can use it"));
        return {};
    };
    const auto group = find_group(settings);
    if (!group) return refuse("there is no group " + settings.group);
    if (::chown(settings.path.c_str(), static_cast<uid_t>(-1), *group) != 0)
        return refuse("cannot give it to group " + settings.group + ": " + std::strerror(errno));
    if (::chmod(settings.path.c_str(), 0660) != 0)
        return errno_problem(settings.path, "cannot set its mode");
    return {};
}

Failure listen_at(const os::FileDescriptor& socket, const sockaddr_un& address,
                  const UnixSocketSettings& settings, std::vector<std::string>& warnings) {
    std::error_code ignored;  // bind says what is wrong
    std::filesystem::create_directory(std::filesystem::path(settings.path).parent_path(), ignored);
    // On Linux the file that bind makes has the mode of the socket: no moment in which it is open
    // to others, and no change of the process's umask.
    ::fchmod(socket.number(), 0600);
    if (::bind(socket.number(), as_sockaddr(address), sizeof address) != 0)
        return errno_problem(settings.path, "cannot make it");
    if (auto failure = open_to_group(settings, warnings)) {
        ::unlink(settings.path.c_str());
        return failure;
    }
    if (::listen(socket.number(), SOMAXCONN) != 0)
        return errno_problem(settings.path, "cannot listen");
    return {};
}

}  // namespace

boost::system::result<UnixSocketFile::Opened, std::string> UnixSocketFile::open(
    const UnixSocketSettings& settings) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (settings.path.empty() || settings.path.size() >= sizeof address.sun_path)
        return problem(settings.path, "the path is empty or longer than 107 bytes");
    settings.path.copy(address.sun_path, settings.path.size());
    if (auto failure = clear_the_place(address)) return *failure;

    auto socket = new_socket();
    if (!socket.is_open()) return errno_problem(settings.path, "no socket");
    std::vector<std::string> warnings;
    if (auto failure = listen_at(socket, address, settings, warnings)) return *failure;

    const auto identity = UnixSocketFile::identify(settings.path);
    if (!identity) return errno_problem(settings.path, "went away");
    return Opened{UnixSocketFile(settings.path, *identity), socket.release(), std::move(warnings)};
}

std::optional<UnixSocketFile::Identity> UnixSocketFile::identify(const std::string& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
    return Identity{status.st_dev, status.st_ino, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

UnixSocketFile::UnixSocketFile(UnixSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), identity_(other.identity_) {}

UnixSocketFile& UnixSocketFile::operator=(UnixSocketFile&& other) noexcept {
    if (this == &other) return *this;
    remove();
    path_ = std::exchange(other.path_, {});
    identity_ = other.identity_;
    return *this;
}

UnixSocketFile::~UnixSocketFile() {
    remove();
}

void UnixSocketFile::remove() {
    if (!path_.empty() && identify(path_) == identity_) ::unlink(path_.c_str());
}

}  // namespace dx::control
