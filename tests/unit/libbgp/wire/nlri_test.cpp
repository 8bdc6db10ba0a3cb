#include "libbgp/wire/nlri.hpp"

#include "libbgp/wire/update.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;

TEST_CASE("prefixes are read where they lie") {
    const auto bytes = hex("00 08 0a 18 c00002 20 c0000201 11 0a8080");
    REQUIRE(is_well_formed_nlri(Family::Ipv4, bytes));
    const NlriView view(Family::Ipv4, bytes);
    CHECK(prefixes(view) == prefix_list({"0.0.0.0/0", "10.0.0.0/8", "192.0.2.0/24", "192.0.2.1/32",
                                         "10.128.128.0/17"}));
}

TEST_CASE("bits behind the length are cleared") {
    const auto bytes = hex("09 0aff 04 ff");
    CHECK(prefixes(NlriView(Family::Ipv4, bytes)) == prefix_list({"10.128.0.0/9", "240.0.0.0/4"}));
}

TEST_CASE("IPv6 prefixes are read alike") {
    const auto bytes = hex("00 20 20010db8 80 20010db8000000000000000000000001");
    REQUIRE(is_well_formed_nlri(Family::Ipv6, bytes));
    CHECK(prefixes(NlriView(Family::Ipv6, bytes)) ==
          prefix_list({"::/0", "2001:db8::/32", "2001:db8::1/128"}));
}

TEST_CASE("a prefix that is too long or cut off spoils the field") {
    for (const auto* const text : {"21 0a00000000", "08", "18 0a00", "08 0a 09 0a", "ff"})
        CHECK_FALSE(is_well_formed_nlri(Family::Ipv4, hex(text)));
    CHECK_FALSE(is_well_formed_nlri(Family::Ipv6, hex("81 20010db8000000000000000000000001 00")));
    CHECK_FALSE(is_well_formed_nlri(Family::Ipv6, hex("80 20010db8")));
    CHECK(is_well_formed_nlri(Family::Ipv4, {}));
}

TEST_CASE("a view without prefixes is empty") {
    const NlriView view;
    CHECK(view.empty());
    CHECK(view.begin() == view.end());
}
