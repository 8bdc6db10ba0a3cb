#include "libbgp/wire/message.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;

namespace {

const Buffer kMarker(16, 0xff);

Decoded<std::optional<RouteRefresh>> decode_refresh(const Buffer& whole, bool enhanced) {
    WireContext context;
    context.enhanced_refresh = enhanced;
    const Bytes bytes(whole);
    return decode_route_refresh({MessageType::RouteRefresh, bytes.subspan(kHeaderSize), bytes},
                                context);
}

Buffer refresh(std::string_view body) {
    const auto bytes = hex(body);
    return kMarker + Buffer{0, static_cast<std::uint8_t>(kHeaderSize + bytes.size()), 5} + bytes;
}

}  // namespace

TEST_CASE("a KEEPALIVE is a header") {
    Buffer out;
    encode_keepalive(out);
    CHECK(out == kMarker + hex("0013 04"));
}

TEST_CASE("a NOTIFICATION is code, subcode and data") {
    Buffer out;
    encode_notification(notification(HeaderError::BadMessageLength, {0xff, 0xff}), out);
    CHECK(out == kMarker + hex("0017 03 01 02 ffff"));
    CHECK(decode_notification(Bytes(out).subspan(kHeaderSize)) ==
          notification(HeaderError::BadMessageLength, {0xff, 0xff}));
}

TEST_CASE("a code that nobody knows stays what it is") {
    const auto unknown = decode_notification(hex("2a 07 01"));
    CHECK(static_cast<int>(unknown.code) == 42);
    CHECK(unknown.subcode == 7);
    CHECK(unknown.data == hex("01"));
}

TEST_CASE("a NOTIFICATION's data is cut at the size that every peer takes") {
    Buffer out;
    encode_notification(notification(UpdateError::OptionalAttributeError, Buffer(65000, 1)), out);
    CHECK(out.size() == kMaxMessageSize);
    CHECK(out[16] == 0x10);
    CHECK(out[17] == 0x00);
}

TEST_CASE("a ROUTE-REFRESH goes both ways") {
    const RouteRefresh ask{AfiSafi::unicast(Family::Ipv6), RefreshSubtype::Request};
    Buffer out;
    encode_route_refresh(ask, out);
    CHECK(out == refresh("0002 00 01"));
    CHECK(*decode_refresh(out, true) == ask);

    const RouteRefresh begin{AfiSafi::unicast(Family::Ipv4), RefreshSubtype::Begin};
    Buffer second;
    encode_route_refresh(begin, second);
    CHECK(second == refresh("0001 01 01"));
    CHECK(*decode_refresh(second, true) == begin);
    CHECK((*decode_refresh(refresh("0001 02 01"), true))->subtype == RefreshSubtype::End);
}

TEST_CASE("an unknown subtype is ignored, and without RFC 7313 the octet is reserved") {
    CHECK_FALSE(decode_refresh(refresh("0001 03 01"), true)->has_value());
    CHECK((*decode_refresh(refresh("0001 03 01"), false))->subtype == RefreshSubtype::Request);
    CHECK((*decode_refresh(refresh("0001 01 01"), false))->subtype == RefreshSubtype::Request);
}

TEST_CASE("a demarcation of a wrong length is answered with all of it") {
    for (const auto& whole : {refresh("0001 01 01 00"), refresh("0002 02")}) {
        const auto result = decode_refresh(whole, true);
        REQUIRE(result.has_error());
        CHECK(result.error() == notification(RefreshError::InvalidMessageLength, whole));
    }
}

TEST_CASE("a request of a wrong length, or one too short to tell, is Bad Message Length") {
    CHECK(decode_refresh(refresh("0001 00 01 00"), true).error() ==
          notification(HeaderError::BadMessageLength, {0, 24}));
    CHECK(decode_refresh(refresh("0001"), true).error() ==
          notification(HeaderError::BadMessageLength, {0, 21}));
    CHECK_FALSE(decode_refresh(refresh("0001 07 01 00"), true)->has_value());
}
