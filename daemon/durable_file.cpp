#include "daemon/durable_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "libfib/os/file_descriptor.hpp"

namespace dx::daemon {

namespace {

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path) {
    throw std::system_error(errno, std::system_category(),
                            "cannot " + std::string(what) + " " + path.string());
}

os::FileDescriptor open_file(const std::filesystem::path& path, int flags, mode_t mode = 0) {
    return os::FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, mode));
}

void sync_directory_of(const std::filesystem::path& path) {
    const auto directory = path.parent_path();
    const auto opened = open_file(directory, O_RDONLY | O_DIRECTORY);
    if (!opened.is_open() || ::fsync(opened.number()) != 0) fail("sync", directory);
}

// Its owner too, as far as we may; the service may not, there the group and the mode stay.
void take_access(const os::FileDescriptor& file, const struct stat& like) {
    const bool given = ::fchown(file.number(), like.st_uid, like.st_gid) == 0 ||
                       ::fchown(file.number(), uid_t(-1), like.st_gid) == 0;
    struct stat now{};
    const bool same_group =
        given || (::fstat(file.number(), &now) == 0 && now.st_gid == like.st_gid);
    ::fchmod(file.number(), like.st_mode & (same_group ? 0777U : 0707U));
}

}  // namespace

std::optional<std::string> read_whole(const std::filesystem::path& path) {
    const auto file = open_file(path, O_RDONLY | O_NONBLOCK);
    if (!file.is_open() && errno == ENOENT) return std::nullopt;
    if (!file.is_open()) fail("open", path);
    std::string text;
    char bytes[16 * 1024];
    for (;;) {
        const auto count = ::read(file.number(), bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("read", path);
        if (count == 0) return text;
        text.append(bytes, static_cast<std::size_t>(count));
    }
}

std::filesystem::path name_beside(const std::filesystem::path& path) {
    return path.parent_path() / ("." + path.filename().string() + ".new");
}

std::filesystem::path write_beside(const std::filesystem::path& path, std::string_view text,
                                   const std::filesystem::path& like) {
    const auto beside = name_beside(path);
    ::unlink(beside.c_str());  // what a crash left may be open to others
    const auto file = open_file(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (!file.is_open()) fail("create", beside);
    try {
        struct stat status{};
        if (::stat(like.c_str(), &status) == 0) take_access(file, status);
        if (!os::write_all(file, text)) fail("write", beside);
        if (::fsync(file.number()) != 0) fail("sync", beside);
    } catch (const std::system_error&) {
        ::unlink(beside.c_str());
        throw;
    }
    return beside;
}

namespace {

// It is done already: what fails here must not be taken for a change that was not made.
void sync_if_possible(const std::filesystem::path& path) {
    try {
        sync_directory_of(path);
    } catch (const std::system_error&) {  // a crash of the machine may undo it
    }
}

}  // namespace

void put_in_place(const std::filesystem::path& written, const std::filesystem::path& path) {
    if (::rename(written.c_str(), path.c_str()) != 0) fail("replace", path);
    sync_if_possible(path);
}

void write_durably(const std::filesystem::path& path, std::string_view text) {
    put_in_place(write_beside(path, text, {}), path);
}

void remove_durably(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT) return;
        fail("remove", path);
    }
    sync_if_possible(path);
}

}  // namespace dx::daemon
