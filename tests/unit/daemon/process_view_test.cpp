#include "daemon/process_view.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace dx::daemon;

TEST_CASE("the kernel's MD5 counts are found by their names") {
    const auto view = md5_view(
        "TcpExt: SyncookiesSent TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure Last\n"
        "TcpExt: 9 1 2 3 4\n"
        "IpExt: InNoRoutes\n"
        "IpExt: 7\n");
    REQUIRE(view);
    CHECK(view->missing == 1);
    CHECK(view->unexpected == 2);
    CHECK(view->wrong == 3);
    CHECK_FALSE(md5_view("TcpExt: SyncookiesSent\nTcpExt: 9\n"));
    CHECK_FALSE(md5_view(""));
}

TEST_CASE("the process is described by its own figures") {
    const auto started = process_start();
    const auto age = std::chrono::system_clock::now() - started;
    CHECK(age > std::chrono::seconds(-1));
    CHECK(age < std::chrono::hours(1));
    const auto before = process_view(started);
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const auto after = process_view(started);
    ::close(file);
    CHECK(after.open_files == before.open_files + 1);
    CHECK(after.max_files >= after.open_files);
    CHECK(after.resident_bytes > 1024 * 1024);
    CHECK(after.virtual_bytes >= after.resident_bytes);
}
