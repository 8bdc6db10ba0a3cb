#include "libfib/net/prefix.hpp"

#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"

using dx::net::IpAddress;
using dx::net::Prefix;

TEST_CASE("a prefix is read and written in both families") {
    CHECK(Prefix::parse("10.0.0.0/8")->to_string() == "10.0.0.0/8");
    CHECK(Prefix::parse("2001:db8::/32")->to_string() == "2001:db8::/32");
    CHECK(Prefix::parse("0.0.0.0/0")->is_default());
    CHECK(Prefix::parse("192.0.2.1/32")->is_host());
}

TEST_CASE("host bits, missing and impossible lengths are refused") {
    for (const auto* text : {"10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
                             "10.0.0.0/8x", "2001:db8::/129", "/8", "2001:db8::1/64"})
        CHECK_FALSE(Prefix::parse(text));
    CHECK(Prefix::parse_with_host_bits("10.0.0.1/8")->to_string() == "10.0.0.0/8");
}

TEST_CASE("a prefix made from an address clears the host bits") {
    CHECK(Prefix(*IpAddress::parse("10.1.2.3"), 16).to_string() == "10.1.0.0/16");
    CHECK(Prefix::host(*IpAddress::parse("2001:db8::1")).to_string() == "2001:db8::1/128");
}

TEST_CASE("a prefix contains itself, what is more specific, and its addresses") {
    const auto ten = *Prefix::parse("10.0.0.0/8");
    CHECK(ten.contains(ten));
    CHECK(ten.contains(*Prefix::parse("10.1.0.0/16")));
    CHECK_FALSE(ten.contains(*Prefix::parse("0.0.0.0/0")));
    CHECK_FALSE(ten.contains(*Prefix::parse("11.0.0.0/8")));
    CHECK(ten.contains(*IpAddress::parse("10.255.0.1")));
    CHECK_FALSE(ten.contains(*IpAddress::parse("::1")));
    CHECK_FALSE(Prefix::parse("0.0.0.0/0")->contains(*Prefix::parse("::/0")));
}

TEST_CASE("prefixes sort by address, then shorter first, IPv4 before IPv6") {
    std::vector<Prefix> prefixes;
    for (const auto* text : {"::/0", "10.1.0.0/16", "10.0.0.0/16", "10.0.0.0/8", "9.0.0.0/8"})
        prefixes.push_back(*Prefix::parse(text));
    std::ranges::sort(prefixes);
    std::vector<std::string> sorted;
    for (const auto& prefix : prefixes)
        sorted.push_back(prefix.to_string());
    CHECK(sorted == std::vector<std::string>{"9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16",
                                             "10.1.0.0/16", "::/0"});
}
