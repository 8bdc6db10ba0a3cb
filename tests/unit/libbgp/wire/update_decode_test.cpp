#include <algorithm>

#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;

namespace {

WireContext internal() {
    WireContext context;
    context.external = false;
    return context;
}

Update must_decode(const Buffer& body, const WireContext& context = {}) {
    const auto update = decode_update(body, context);
    REQUIRE(update.has_value());
    return *update;
}

Notification must_reset(const Buffer& body, const WireContext& context = {}) {
    const auto update = decode_update(body, context);
    REQUIRE(update.has_error());
    return update.error();
}

std::vector<std::uint8_t> unknown_of(const Update& update) {
    return {update.attributes.unknown.begin(), update.attributes.unknown.end()};
}

}  // namespace

TEST_CASE("an UPDATE as AWS sends it") {
    // ORIGIN IGP, AS_PATH 64512, NEXT_HOP 169.254.10.1, MED 100, two VPC CIDRs.
    const auto body = hex(
        "0000 001b 40010100 4002060201 0000fc00 400304a9fe0a01 80040400000064 10 0a14 18 0a1e01");
    const auto update = must_decode(body);
    CHECK(update.errors.empty());
    CHECK_FALSE(update.treat_as_withdraw);
    CHECK(prefixes(update.announced) == prefix_list({"10.20.0.0/16", "10.30.1.0/24"}));
    CHECK(update.attributes.next_hop.address.to_string() == "169.254.10.1");
    CHECK(update.attributes.med == 100U);
    CHECK(update.attributes.as_path.first() == 64512U);
}

TEST_CASE("withdrawals need no attributes") {
    const auto body = update_body(hex("08 0a 18 c00002"), {}, {});
    const auto update = must_decode(body);
    CHECK(prefixes(update.withdrawn) == prefix_list({"10.0.0.0/8", "192.0.2.0/24"}));
    CHECK(update.announced.empty());
    CHECK_FALSE(update.end_of_rib);
}

TEST_CASE("an UPDATE with nothing in it is End-of-RIB for IPv4") {
    CHECK(must_decode(update_body({}, {}, {})).end_of_rib == Family::Ipv4);
}

TEST_CASE("attributes without prefixes are legal and mean nothing") {
    const auto update = must_decode(update_body({}, base_attributes(), {}));
    CHECK(update.errors.empty());
    CHECK_FALSE(update.end_of_rib);
}

TEST_CASE("lengths that do not fit the message reset the session") {
    for (const auto* const text : {"", "00", "0000", "000000", "0001 0000", "0000 0001",
                                   "ffff 0000", "0000 ffff", "0002 08 0a 0001"}) {
        CAPTURE(text);
        CHECK(must_reset(hex(text)) == notification(UpdateError::MalformedAttributeList));
    }
}

TEST_CASE("prefixes that cannot be read reset the session") {
    const auto error = notification(UpdateError::InvalidNetworkField);
    CHECK(must_reset(update_body({}, base_attributes(), hex("21 0a00000000"))) == error);
    CHECK(must_reset(update_body({}, base_attributes(), hex("18 0a"))) == error);
    CHECK(must_reset(update_body(hex("21 0a00000000"), {}, {})) == error);
    CHECK(must_reset(update_body(hex("08"), {}, {})) == error);
}

TEST_CASE("a missing mandatory attribute is treated as withdraw, and named") {
    const auto [attributes, missing] = GENERATE(table<Buffer, int>({
        {as_path() + next_hop(), 1},
        {origin() + next_hop(), 2},
        {origin() + as_path(), 3},
    }));
    const auto body = update_body({}, attributes, ten_slash_eight());
    const auto update = must_decode(body);
    REQUIRE(update.errors.size() == 1);
    CHECK(update.treat_as_withdraw);
    CHECK(update.errors[0].notification == notification(UpdateError::MissingWellKnownAttribute,
                                                        {static_cast<std::uint8_t>(missing)}));
    CHECK(prefixes(update.announced) == prefix_list({"10.0.0.0/8"}));
}

TEST_CASE("prefixes without any attribute are treated as withdraw") {
    const auto body = update_body({}, {}, ten_slash_eight());
    CHECK(must_decode(body).treat_as_withdraw);
    CHECK(must_decode(body).errors.size() == 3);
}

TEST_CASE("an internal neighbor must send LOCAL_PREF") {
    const auto body = route_with("");
    const auto update = must_decode(body, internal());
    CHECK(update.treat_as_withdraw);
    CHECK(update.errors[0].attribute == 5);
}

TEST_CASE("an attribute list that ends within an attribute is treated as withdraw") {
    for (const auto* const rest : {"80", "80 04", "90 04 00", "80 04 05 00000064", "c0 63 ff"}) {
        CAPTURE(rest);
        const auto body = route_with(rest);
        const auto update = must_decode(body);
        CHECK(update.treat_as_withdraw);
        REQUIRE(update.errors.size() == 1);
        CHECK(update.errors[0].notification == notification(UpdateError::MalformedAttributeList));
        CHECK(prefixes(update.announced) == prefix_list({"10.0.0.0/8"}));
    }
}

TEST_CASE("where the prefixes themselves are cut off the session is reset") {
    CHECK(must_reset(route_with("80 0e 40 0002")) ==
          notification(UpdateError::MalformedAttributeList));
    CHECK(must_reset(route_with("90 0f 00")) == notification(UpdateError::MalformedAttributeList));
}

TEST_CASE("broken attributes without prefixes reset the session (RFC 7606 5.2)") {
    CHECK(must_reset(update_body({}, hex("40 01 01 03"), {})) ==
          notification(UpdateError::InvalidOrigin, hex("40 01 01 03")));
    CHECK(must_reset(update_body(hex("08 0a"), base_attributes() + hex("80 04 05"), {})) ==
          notification(UpdateError::MalformedAttributeList));
    // What is merely discarded does not.
    CHECK(decode_update(update_body({}, hex("40 06 01 00"), {}), {}).has_value());
}

TEST_CASE("prefixes of a family that we ignore are prefixes") {
    const auto body = update_body({}, hex("80 0e 07 0019 46 00 00 aabb 40 01 01 03"), {});
    CHECK(must_decode(body).treat_as_withdraw);
}

TEST_CASE("of an attribute that comes twice the first counts") {
    const auto body = route_with("80 04 04 00000001 80 04 04 00000002");
    const auto update = must_decode(body);
    CHECK(update.attributes.med == 1U);
    REQUIRE(update.errors.size() == 1);
    CHECK(update.errors[0].action == ErrorAction::AttributeDiscard);

    const auto unknown = route_with("c0 63 01 01 c0 63 01 02");
    CHECK(unknown_of(must_decode(unknown)) == hex("f0 63 0001 01"));
}

TEST_CASE("the strongest of several errors counts") {
    const auto body = route_with("40 06 01 00 80 04 03 000000");
    const auto update = must_decode(body);
    CHECK(update.errors.size() == 2);
    CHECK(update.treat_as_withdraw);
    CHECK(must_reset(route_with("80 04 03 000000 40 63 00")).subcode == 2);
}

TEST_CASE("a well-known attribute that we do not know resets the session") {
    CHECK(must_reset(route_with("40 63 02 0102")) ==
          notification(UpdateError::UnrecognizedWellKnownAttribute, hex("40 63 02 0102")));
    CHECK(must_reset(route_with("00 00 00")) ==
          notification(UpdateError::UnrecognizedWellKnownAttribute, hex("00 00 00")));
}

TEST_CASE("optional attributes that we do not know: transitive ones are kept, others dropped") {
    const auto body = route_with("80 64 01 09 c0 63 02 0102 e0 0b 00 d0 28 0001 07");
    const auto update = must_decode(body);
    CHECK(update.errors.empty());
    CHECK(unknown_of(update) == hex("f0 0b 0000 f0 28 0001 07 f0 63 0002 0102"));
}

TEST_CASE("a session without IPv4 ignores the IPv4 fields") {
    WireContext context;
    context.families = {Family::Ipv6};
    const auto body = update_body(hex("10 0a0a"), base_attributes(), ten_slash_eight());
    const auto update = must_decode(body, context);
    CHECK(update.withdrawn.empty());
    CHECK(update.announced.empty());
    CHECK(update.errors.size() == 1);
    CHECK_FALSE(update.treat_as_withdraw);
}

TEST_CASE("the layout is the key under which attributes may be kept") {
    const auto first = update_body({}, base_attributes(), ten_slash_eight());
    const auto second = update_body(hex("10 0a0a"), base_attributes(), hex("10 0a14"));
    const auto layout = decode_update_layout(first);
    const auto other = decode_update_layout(second);
    REQUIRE(layout.has_value());
    REQUIRE(other.has_value());
    CHECK(std::ranges::equal(layout->attributes, other->attributes));
    CHECK(decode_update(*layout, {})->attributes == decode_update(*other, {})->attributes);
}

TEST_CASE("an UPDATE cut anywhere has a defined outcome") {
    const auto attributes =
        base_attributes() +
        hex("80 04 04 00000064 40 06 00 c0 07 08 0000fc00 c0000201 c0 08 08 00000001 ffffff01"
            "80 0e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8"
            "80 0f 04 0002 01 00 c0 10 08 0002fc0000000064 c0 20 0c 000000010000000200000003"
            "c0 23 04 0000fc00 c0 63 02 0102");
    const auto nlri = hex("08 0a 10 0a14");
    for (std::size_t size = 0; size <= attributes.size(); ++size) {
        const Buffer part(attributes.begin(), attributes.begin() + static_cast<long>(size));
        for (const auto& body : {update_body({}, part, nlri), update_body({}, part, {})}) {
            const auto update = decode_update(body, both_families());
            if (!update) continue;
            CHECK(prefixes(update->announced).size() == (body.size() == size + 4 ? 0 : 2));
            const auto withdraws = std::ranges::count(update->errors, ErrorAction::TreatAsWithdraw,
                                                      &AttributeError::action);
            CHECK(update->treat_as_withdraw == (withdraws > 0));
        }
    }
    const auto whole = update_body(hex("08 0a"), attributes, nlri);
    CHECK(must_decode(whole, both_families()).errors.empty());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Buffer cut(whole.begin(), whole.begin() + static_cast<long>(size));
        const auto update = decode_update(cut, both_families());
        if (update.has_error()) CHECK(update.error().code == ErrorCode::UpdateMessage);
    }
}
