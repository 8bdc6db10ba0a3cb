#include "daemon/journal_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "libfib/os/file_descriptor.hpp"

namespace dx::daemon {

namespace {

std::string failed(const std::filesystem::path& file) {
    return file.string() + ": " + std::generic_category().message(errno);
}

// The error of the first step that failed is in errno.
bool write_and_close(os::FileDescriptor file, std::string_view lines) {
    const bool good = os::write_all(file, lines) && ::fdatasync(file.number()) == 0;
    const int error = errno;
    const bool closed = file.close();
    if (!good) errno = error;
    return good && closed;
}

}  // namespace

std::string JournalFile::load() {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string JournalFile::write(const std::filesystem::path& file, int flags,
                               std::string_view lines) const {
    std::error_code error;
    if (!std::filesystem::exists(folder_, error)) {
        std::filesystem::create_directories(folder_.parent_path(), error);
        if (::mkdir(folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST) return failed(folder_);
    }
    os::FileDescriptor opened(::open(
        file.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!opened.is_open() || !write_and_close(std::move(opened), lines)) return failed(file);
    return {};
}

std::string JournalFile::append(std::string_view lines) {
    return write(file_, O_APPEND, lines);
}

std::string JournalFile::replace(std::string_view lines) {
    auto fresh = file_;
    fresh += ".new";
    auto error = write(fresh, O_TRUNC, lines);
    if (error.empty() && ::rename(fresh.c_str(), file_.c_str()) != 0) error = failed(file_);
    if (!error.empty()) ::unlink(fresh.c_str());  // on a full disk it takes what others need
    return error;
}

}  // namespace dx::daemon
