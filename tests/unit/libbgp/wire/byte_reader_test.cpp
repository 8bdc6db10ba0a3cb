#include "libbgp/wire/byte_reader.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;

TEST_CASE("fields are read in network order") {
    const auto bytes = hex("01 0203 04050607 08090a0b0c0d0e0f ff");
    ByteReader reader(bytes);
    CHECK(reader.u8() == 0x01);
    CHECK(reader.u16() == 0x0203);
    CHECK(reader.u32() == 0x04050607);
    CHECK(reader.u64() == 0x08090a0b0c0d0e0f);
    CHECK(reader.size() == 1);
    CHECK(reader.rest().size() == 1);
    CHECK(reader.empty());
    CHECK(reader.ok());
}

TEST_CASE("one read past the end fails, and so do all that follow") {
    const auto bytes = hex("01 02 03");
    ByteReader reader(bytes);
    CHECK(reader.u32() == 0);
    CHECK_FALSE(reader.ok());
    CHECK(reader.u8() == 0);
    CHECK(reader.take(1).empty());
    CHECK(reader.empty());
    CHECK_FALSE(reader.ok());
}
