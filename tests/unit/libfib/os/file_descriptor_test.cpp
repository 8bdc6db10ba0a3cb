#include "libfib/os/file_descriptor.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

#include "tests/support/catch.hpp"

using dx::os::FileDescriptor;

namespace {

bool is_open(int number) {
    return ::fcntl(number, F_GETFD) != -1;
}

FileDescriptor some_file() {
    return FileDescriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));
}

}  // namespace

TEST_CASE("a file descriptor is closed with its owner, once") {
    int number = -1;
    {
        auto first = some_file();
        number = first.number();
        const auto second = std::move(first);
        CHECK(second.number() == number);
        CHECK_FALSE(first.is_open());
        CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
}

TEST_CASE("one that was given away stays open, and one that is closed early is closed once") {
    auto given = some_file();
    const FileDescriptor owner(given.release());
    CHECK_FALSE(given.is_open());
    CHECK(is_open(owner.number()));

    auto early = some_file();
    const int number = early.number();
    CHECK(early.close());
    CHECK_FALSE(is_open(number));
    CHECK(early.close());  // nothing is left to close
}

TEST_CASE("what is assigned over ends with the one that it was given for") {
    auto kept = some_file();
    const int replaced = kept.number();
    {
        auto fresh = some_file();
        kept = std::move(fresh);
    }
    CHECK_FALSE(is_open(replaced));
    CHECK(kept.is_open());
}

TEST_CASE("all bytes are written, also through a pipe that holds less than they are") {
    std::array<int, 2> ends{-1, -1};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    const std::string sent(1 << 20, 'x');
    std::string got;
    std::thread reader([&] {
        std::array<char, 4096> piece{};
        for (ssize_t size = 0; (size = ::read(reading.number(), piece.data(), piece.size())) > 0;)
            got.append(piece.data(), static_cast<std::size_t>(size));
    });
    CHECK(dx::os::write_all(writing, sent));
    CHECK(writing.close());
    reader.join();
    CHECK(got == sent);
}

TEST_CASE("a write that fails says why") {
    const FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    REQUIRE(full.is_open());
    CHECK_FALSE(dx::os::write_all(full, "x"));
    CHECK(errno == ENOSPC);
}
