#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;
using dx::net::IpAddress;

namespace {

constexpr const char* kGlobal = "20010db8000000000000000000000001";
constexpr const char* kLinkLocal = "fe800000000000000000000000000001";

// An attribute in its short form.
Buffer attribute(std::string_view flags_and_type, const Buffer& value) {
    return hex(flags_and_type) + Buffer{static_cast<std::uint8_t>(value.size())} + value;
}

// MP_REACH_NLRI for IPv6 with a next hop of these octets, announcing 2001:db8::/32.
Buffer mp_reach(std::string_view next_hop, std::string_view nlri = "20 20010db8") {
    const auto hop = hex(next_hop);
    return attribute("80 0e", hex("0002 01") + Buffer{static_cast<std::uint8_t>(hop.size())} + hop +
                                  hex("00") + hex(nlri));
}

Decoded<Update> decode(const Buffer& body) {
    return decode_update(body, both_families());
}

// An UPDATE with ORIGIN, AS_PATH and this, no IPv4. Static: views point into it.
Decoded<Update> decode_with(const Buffer& more) {
    static Buffer body;
    body = update_body({}, more + origin() + as_path(), {});
    return decode(body);
}

}  // namespace

TEST_CASE("IPv6 routes come in MP_REACH_NLRI with their next hop") {
    const auto update = decode_with(mp_reach(kGlobal));
    REQUIRE(update.has_value());
    CHECK(update->errors.empty());
    CHECK(prefixes(update->mp_announced) == prefix_list({"2001:db8::/32"}));
    CHECK(update->mp_next_hop == NextHop{*IpAddress::parse("2001:db8::1"), {}});
    CHECK(update->announced.empty());
}

TEST_CASE("a next hop of 32 octets is a global address and a link-local one") {
    const auto both = decode_with(mp_reach(std::string(kGlobal) + kLinkLocal));
    REQUIRE(both.has_value());
    CHECK(both->mp_next_hop ==
          NextHop{*IpAddress::parse("2001:db8::1"), IpAddress::parse("fe80::1")});

    // Some speakers leave the first half empty.
    const auto alone = decode_with(mp_reach(std::string(32, '0') + kLinkLocal));
    REQUIRE(alone.has_value());
    CHECK(alone->mp_next_hop->address == *IpAddress::parse("fe80::1"));

    const auto repeated = decode_with(mp_reach(std::string(kGlobal) + kGlobal));
    REQUIRE(repeated.has_value());
    CHECK_FALSE(repeated->mp_next_hop->link_local);
}

TEST_CASE("IPv4 may come in MP_REACH_NLRI, too") {
    const auto update = decode_with(hex("80 0e 0b 0001 01 04 c0000201 00 08 0a"));
    REQUIRE(update.has_value());
    CHECK(prefixes(update->mp_announced) == prefix_list({"10.0.0.0/8"}));
    CHECK(update->mp_next_hop->address == IpAddress::v4(0xc0000201));
}

TEST_CASE("withdrawn IPv6 routes need nothing but MP_UNREACH_NLRI") {
    const auto body = update_body({}, hex("80 0f 09 0002 01 20 20010db8 00"), {});
    const auto update = decode(body);
    REQUIRE(update.has_value());
    CHECK(prefixes(update->mp_withdrawn) == prefix_list({"2001:db8::/32", "::/0"}));
    CHECK_FALSE(update->end_of_rib);
}

TEST_CASE("MP attributes that hide their prefixes reset the session with the attribute") {
    const auto bytes = GENERATE(values<Buffer>({
        hex("80 0e 04 0002 01 00"),  // shorter than five octets
        hex("80 0e 00"),             //
        mp_reach("c0000201"),        // next hops of wrong lengths
        mp_reach(""),                //
        mp_reach(std::string(kGlobal) + "0011223344556677"),
        mp_reach(kGlobal, "81 20010db8000000000000000000000001 00"),           // beyond 128
        mp_reach(kGlobal, "20 20010d"),                                        // cut off
        hex("80 0e 17 0001 01 10 20010db8000000000000000000000001 00 08 0a"),  // no RFC 8950
        hex("80 0e 05 0002 01 10 00"),  // the next hop runs over
        hex("80 0f 02 0002"),           // shorter than three octets
        hex("80 0f 04 0002 01 81"),     //
        hex("80 0f 05 0001 01 10 0a"),  //
    }));
    const auto update = decode_with(bytes);
    REQUIRE(update.has_error());
    CHECK(update.error() == notification(UpdateError::OptionalAttributeError, bytes));
}

TEST_CASE("wrong flags on MP attributes reset the session (RFC 7606 5.3)") {
    for (const auto* const flags : {"40 0e", "c0 0e", "00 0f"}) {
        const auto bytes = attribute(flags, hex("0002 01 00 00"));
        const auto update = decode_with(bytes);
        REQUIRE(update.has_error());
        CHECK(update.error() == notification(UpdateError::AttributeFlagsError, bytes));
    }
}

TEST_CASE("two MP_REACH_NLRI, or two MP_UNREACH_NLRI, reset the session") {
    for (const auto& twice :
         {mp_reach(kGlobal) + mp_reach(kGlobal), hex("80 0f 03 0002 01 80 0f 03 0002 01")}) {
        const auto update = decode_with(twice);
        REQUIRE(update.has_error());
        CHECK(update.error() == notification(UpdateError::MalformedAttributeList));
    }
}

TEST_CASE("an IPv6 next hop that no host can have is treated as withdraw") {
    for (const auto* const address :
         {"00000000000000000000000000000000", "ff020000000000000000000000000001",
          "00000000000000000000000000000001", "00000000000000000000ffffc0000201"}) {
        const auto update = decode_with(mp_reach(address));
        REQUIRE(update.has_value());
        CHECK(update->treat_as_withdraw);
        CHECK(prefixes(update->mp_announced) == prefix_list({"2001:db8::/32"}));
    }
}

TEST_CASE("a family that was not negotiated is ignored, and why is kept") {
    for (const auto* const text :
         {"80 0e 07 0019 46 00 00 aabb", "80 0f 05 0002 80 aabb", "80 0f 03 0003 01"}) {
        const auto update = decode_with(hex(text));
        REQUIRE(update.has_value());
        REQUIRE(update->errors.size() == 1);
        CHECK(update->errors[0].action == ErrorAction::AttributeDiscard);
        CHECK(update->mp_announced.empty());
        CHECK(update->mp_withdrawn.empty());
        CHECK_FALSE(update->end_of_rib);
    }
    const auto body = update_body({}, mp_reach(kGlobal) + base_attributes(), {});
    const auto only_ipv4 = decode_update(body, {});
    REQUIRE(only_ipv4.has_value());
    CHECK(only_ipv4->mp_announced.empty());
    CHECK(only_ipv4->errors.size() == 1);
}

TEST_CASE("an empty MP_UNREACH_NLRI alone is End-of-RIB") {
    const auto body = update_body({}, hex("80 0f 03 0002 01"), {});
    CHECK(decode(body)->end_of_rib == Family::Ipv6);
    const auto ipv4 = update_body({}, hex("80 0f 03 0001 01"), {});
    CHECK(decode(ipv4)->end_of_rib == Family::Ipv4);
    CHECK_FALSE(decode_with(hex("80 0f 03 0002 01"))->end_of_rib);
}

TEST_CASE("a NEXT_HOP beside MP_REACH_NLRI alone is ignored, whatever it says") {
    const auto update = decode_with(mp_reach(kGlobal) + hex("40 03 04 00000000"));
    REQUIRE(update.has_value());
    CHECK(update->errors.empty());
}

TEST_CASE("IPv4 in the fields and IPv6 in MP_REACH_NLRI may come together") {
    const auto body =
        update_body(hex("10 0a0a"), mp_reach(kGlobal) + base_attributes(), ten_slash_eight());
    const auto update = decode(body);
    REQUIRE(update.has_value());
    CHECK(update->errors.empty());
    CHECK(prefixes(update->withdrawn) == prefix_list({"10.10.0.0/16"}));
    CHECK(prefixes(update->announced) == prefix_list({"10.0.0.0/8"}));
    CHECK(prefixes(update->mp_announced) == prefix_list({"2001:db8::/32"}));
}

TEST_CASE("a route in MP_REACH_NLRI needs no NEXT_HOP, but ORIGIN and AS_PATH") {
    const auto body = update_body({}, mp_reach(kGlobal) + origin(), {});
    const auto update = decode(body);
    REQUIRE(update.has_value());
    REQUIRE(update->errors.size() == 1);
    CHECK(update->treat_as_withdraw);
    CHECK(update->errors[0].notification ==
          notification(UpdateError::MissingWellKnownAttribute, {2}));
}
