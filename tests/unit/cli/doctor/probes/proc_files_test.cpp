#include "cli/doctor/probes/proc_files.hpp"

#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace dx::doctor;

TEST_CASE("the MD5 counters are found by their names") {
    const auto counters = parse_netstat(
        "TcpExt: SyncookiesSent TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPSackShifted\n"
        "TcpExt: 9 1 2 30000000000 8\n"
        "IpExt: InNoRoutes TCPMD5Failure\n"
        "IpExt: 0 77\n");
    CHECK(counters.not_found == 1);
    CHECK(counters.unexpected == 2);
    CHECK(counters.failure == 30000000000);
}

TEST_CASE("a kernel without the MD5 counters has none") {
    for (const auto* text : {"", "TcpExt: A B\nTcpExt: 1 2\n", "TcpExt: TCPMD5Failure\n", "x"}) {
        const auto counters = parse_netstat(text);
        CHECK(counters.failure + counters.not_found + counters.unexpected == 0);
    }
}

TEST_CASE("duplicates are the addresses whose detection failed") {
    const auto found = parse_duplicates(
        "20010db8000000000000000000000002 05 7d 00 88 eth0.259\n"
        "20010db8000000000000000000000003 05 7d 00 80 eth0.259\n"
        "fe80000000000000020000fffe000001 06 40 20 c0 eth1\n"
        "nonsense\n");
    CHECK(found == std::set{*dx::net::IpAddress::parse("2001:db8::2")});
}

TEST_CASE("what is not there has no value") {
    CHECK_FALSE(read_setting("ipv4/conf/no-such-interface/rp_filter"));
    CHECK_FALSE(read_interface_number("no-such-interface", "flags"));
    CHECK_FALSE(read_file("/nonexistent"));
    CHECK(read_setting("ipv4/ip_forward"));
    CHECK(*read_interface_number("lo", "flags") & 8);  // IFF_LOOPBACK
}

TEST_CASE("the start of a process counts from the boot, whatever its name has in it") {
    const auto ticks = std::to_string(50 * ::sysconf(_SC_CLK_TCK));
    const auto process =
        "7 (a) b c) S 1 4 4 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 " + ticks + " 9 10\n";
    CHECK(parse_start(process, "cpu 1\nbtime 1000\nctxt 3\n") ==
          std::chrono::sys_seconds(std::chrono::seconds(1051)));
    CHECK(!parse_start(process, "cpu 1\n"));
    CHECK(!parse_start("", "cpu 1\nbtime 1000\n"));
}
