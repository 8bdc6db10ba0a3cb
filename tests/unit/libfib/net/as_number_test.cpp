#include "libfib/net/as_number.hpp"

#include "tests/support/catch.hpp"

using namespace dx::net;

TEST_CASE("private AS numbers are those of RFC 6996") {
    CHECK(!is_private_as(64511));
    CHECK(is_private_as(64512));
    CHECK(is_private_as(65534));
    CHECK(!is_private_as(65535));
    CHECK(!is_private_as(4199999999));
    CHECK(is_private_as(4200000000));
    CHECK(is_private_as(4294967294));
    CHECK(!is_private_as(4294967295));
}

TEST_CASE("Amazon's old AS numbers are known, its public one among them") {
    for (const std::uint32_t as : {7224, 9059, 10124, 17493})
        CHECK(is_legacy_amazon_as(as));
    CHECK(!is_legacy_amazon_as(64512));
    CHECK(!is_legacy_amazon_as(7225));
}
