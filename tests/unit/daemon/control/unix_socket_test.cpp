#include "daemon/control/unix_socket.hpp"

#include <fstream>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::control;

namespace {

// The mode of what is there; 0 if nothing is.
unsigned mode_of(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

std::string own_group() {
    return ::getgrgid(::getgid())->gr_name;
}

}  // namespace

TEST_CASE("the socket belongs to its group") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    const auto opened = UnixSocketFile::open({path, own_group(), false});
    REQUIRE(opened.has_value());
    CHECK(opened->warnings.empty());
    CHECK(mode_of(path) == 0660);
    ::close(opened->descriptor);
}

TEST_CASE("a default group of this machine has the socket") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    const auto opened = UnixSocketFile::open({path, own_group(), true});
    REQUIRE(opened.has_value());
    CHECK(opened->warnings.empty());
    CHECK(mode_of(path) == 0660);
    ::close(opened->descriptor);
}

TEST_CASE("a default group that does not exist leaves the socket to its owner, with a warning") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    const auto opened = UnixSocketFile::open({path, "no-such-group", true});
    REQUIRE(opened.has_value());
    REQUIRE(opened->warnings.size() == 1);
    CHECK(opened->warnings[0].find("no group no-such-group") != std::string::npos);
    CHECK(mode_of(path) == 0600);
    ::close(opened->descriptor);
}

TEST_CASE("a configured group that does not exist is an error, and leaves no socket") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    const auto opened = UnixSocketFile::open({path, "no-such-group", false});
    REQUIRE(opened.has_error());
    CHECK(opened.error().find("no group no-such-group") != std::string::npos);
    CHECK(mode_of(path) == 0);
}

TEST_CASE("the socket of a daemon that died is taken over, that of a living one is not") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    auto first = UnixSocketFile::open({path, "", true});
    REQUIRE(first.has_value());
    const auto second = UnixSocketFile::open({path, "", true});
    REQUIRE(second.has_error());
    CHECK(second.error().find("another daemon answers") != std::string::npos);
    ::close(first->descriptor);  // as a crash does: the file stays
    REQUIRE(mode_of(path) != 0);
    const auto third = UnixSocketFile::open({path, "", true});
    REQUIRE(third.has_value());
    ::close(third->descriptor);
}

TEST_CASE("a file that is no socket is left alone") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    std::ofstream(path) << "precious";
    const auto opened = UnixSocketFile::open({path, "", true});
    REQUIRE(opened.has_error());
    CHECK(opened.error().find("is not a socket") != std::string::npos);
    CHECK(mode_of(path) != 0);
}

TEST_CASE("the file goes with its owner, but not a successor's") {
    const TemporaryDirectory directory;
    const auto path = directory.file("s");
    {
        auto first = UnixSocketFile::open({path, "", true});
        REQUIRE(first.has_value());
        ::close(first->descriptor);
        auto second = UnixSocketFile::open({path, "", true});
        REQUIRE(second.has_value());
        {
            const auto gone = std::move(first->file);
        }
        CHECK(mode_of(path) != 0);
        ::close(second->descriptor);
    }
    CHECK(mode_of(path) == 0);
}

TEST_CASE("the directory of the socket is made where only it is missing") {
    const TemporaryDirectory directory;
    const auto opened = UnixSocketFile::open({directory.file("run") + "/s", "", true});
    REQUIRE(opened.has_value());
    ::close(opened->descriptor);
    CHECK(UnixSocketFile::open({directory.file("a") + "/b/s", "", true}).has_error());
}

TEST_CASE("a path that does not fit into an address is refused") {
    const TemporaryDirectory directory;
    CHECK(UnixSocketFile::open({directory.file(std::string(120, 'x').c_str()), "", true})
              .has_error());
    CHECK(UnixSocketFile::open({"", "", true}).has_error());
}
