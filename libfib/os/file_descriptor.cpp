#include "libfib/os/file_descriptor.hpp"

#include <cerrno>
#include <cstddef>
#include <unistd.h>

namespace dx::os {

FileDescriptor::~FileDescriptor() {
    close();
}

bool FileDescriptor::close() {
    const int number = release();
    return number < 0 || ::close(number) == 0;
}

bool write_all(const FileDescriptor& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file.number(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace dx::os
