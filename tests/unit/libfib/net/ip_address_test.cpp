#include "libfib/net/ip_address.hpp"

#include "tests/support/catch.hpp"

using dx::net::Family;
using dx::net::IpAddress;

TEST_CASE("an IPv4 address is read and written as a dotted quad") {
    const auto address = IpAddress::parse("192.168.1.2");
    REQUIRE(address);
    CHECK(address->family() == Family::Ipv4);
    CHECK(address->to_v4() == 0xc0a80102);
    CHECK(address->to_string() == "192.168.1.2");
    CHECK(*address == IpAddress::v4(0xc0a80102));
}

TEST_CASE("an IPv6 address is written in the short form of RFC 5952") {
    CHECK(IpAddress::parse("2001:DB8:0:0:0:0:0:1")->to_string() == "2001:db8::1");
    CHECK(IpAddress::parse("::")->to_string() == "::");
}

TEST_CASE("what is not an address is refused") {
    for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", "fe80::1%eth0",
                             "12345::", "router", "01.2.3.4x"})
        CHECK_FALSE(IpAddress::parse(text));
}

TEST_CASE("special addresses are recognised in both families") {
    CHECK(IpAddress::parse("127.1.2.3")->is_loopback());
    CHECK(IpAddress::parse("::1")->is_loopback());
    CHECK_FALSE(IpAddress::parse("::2")->is_loopback());
    CHECK(IpAddress::parse("169.254.10.1")->is_link_local());
    CHECK(IpAddress::parse("fe80::1")->is_link_local());
    CHECK(IpAddress::parse("febf::1")->is_link_local());
    CHECK_FALSE(IpAddress::parse("fec0::1")->is_link_local());
    CHECK(IpAddress::parse("224.0.0.5")->is_multicast());
    CHECK(IpAddress::parse("ff02::5")->is_multicast());
    CHECK(IpAddress::parse("0.0.0.0")->is_unspecified());
    CHECK_FALSE(IpAddress::parse("0.0.0.1")->is_unspecified());
}

TEST_CASE("masking clears the bits behind the length") {
    const auto v4 = *IpAddress::parse("10.255.255.255");
    CHECK(v4.masked(8).to_string() == "10.0.0.0");
    CHECK(v4.masked(12).to_string() == "10.240.0.0");
    CHECK(v4.masked(0).to_string() == "0.0.0.0");
    CHECK(v4.masked(32) == v4);
    const auto v6 = *IpAddress::parse("2001:db8:ffff::1");
    CHECK(v6.masked(36).to_string() == "2001:db8:f000::");
    CHECK(v6.masked(128) == v6);
}

TEST_CASE("common bits are counted from the front") {
    const auto a = *IpAddress::parse("10.0.0.0");
    CHECK(a.common_bits(*IpAddress::parse("10.0.0.1")) == 31);
    CHECK(a.common_bits(*IpAddress::parse("138.0.0.0")) == 0);
    CHECK(a.common_bits(a) == 32);
}
