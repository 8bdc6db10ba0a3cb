#include "cli/archive.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "libfib/os/file_descriptor.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kBlock = 512;

void put(std::string& header, std::size_t at, std::string_view text) {
    std::ranges::copy(text, header.begin() + static_cast<std::ptrdiff_t>(at));
}

// POSIX.1 ustar: fields at fixed places, numbers in octal digits, the sum over all with blanks in
// its own place.
std::string header_of(std::string_view name, std::size_t size) {
    std::string header(kBlock, '\0');
    put(header, 0, name.substr(0, 99));
    put(header, 100, "0000600");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, fmt::format("{:011o}", size));
    put(header, 136, fmt::format("{:011o}", std::time(nullptr)));
    put(header, 148, "        0");
    put(header, 257, std::string_view("ustar\00000", 8));
    unsigned sum = 0;
    for (const char c : header)
        sum += static_cast<unsigned char>(c);
    put(header, 148, fmt::format("{:06o}", sum) + '\0');
    return header;
}

}  // namespace

Archive::Archive(const std::string& file) : file_(file) {
    os::FileDescriptor made(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!made.is_open()) throw Failure(file + ": " + std::strerror(errno));
    gzip_ = ::gzdopen(made.number(), "wb");
    if (gzip_ == nullptr) throw Failure(file + ": no memory");
    made.release();  // it is gzip's
}

Archive::~Archive() {
    if (gzip_ != nullptr) ::gzclose(static_cast<gzFile>(gzip_));
}

void Archive::write(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto written =
        ::gzwrite(static_cast<gzFile>(gzip_), bytes.data(), static_cast<unsigned>(bytes.size()));
    failed_ = failed_ || std::cmp_not_equal(written, bytes.size());
}

void Archive::add(std::string_view name, std::string_view text) {
    write(header_of(name, text.size()));
    write(text);
    write(std::string((kBlock - text.size() % kBlock) % kBlock, '\0'));
}

void Archive::finish() {
    write(std::string(2 * kBlock, '\0'));
    const bool closed = ::gzclose(static_cast<gzFile>(std::exchange(gzip_, nullptr))) == Z_OK;
    if (failed_ || !closed) throw Failure(file_ + ": not everything could be written");
}

}  // namespace dx::cli
