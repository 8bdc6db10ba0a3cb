#include "libbgp/wire/open.hpp"

#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;
using std::chrono::seconds;

namespace {

// An OPEN's body: AS 64512, hold time 90, identifier 192.0.2.1, then what is given.
Buffer open_body(std::string_view parameters) {
    return hex("04 fc00 005a c0000201") + hex(parameters);
}

Open must_decode(const Buffer& body) {
    const auto open = decode_open(body);
    REQUIRE(open.has_value());
    return *open;
}

Notification must_fail(const Buffer& body) {
    const auto open = decode_open(body);
    REQUIRE(open.has_error());
    return open.error();
}

Open everything() {
    Open open;
    open.my_as = 23456;
    open.hold_time = seconds(90);
    open.identifier = RouterId{0x0a000001};
    auto& capabilities = open.capabilities;
    capabilities.multiprotocol = {AfiSafi::unicast(Family::Ipv4), AfiSafi::unicast(Family::Ipv6)};
    capabilities.route_refresh = true;
    capabilities.enhanced_route_refresh = true;
    capabilities.extended_message = true;
    capabilities.four_octet_as = 4'200'000'000;
    capabilities.graceful_restart = GracefulRestart{
        true, true, seconds(120), {{AfiSafi::unicast(Family::Ipv4), true}, {{2, 1}, false}}};
    capabilities.long_lived_restart = LongLivedRestart{
        {{AfiSafi::unicast(Family::Ipv4), true, seconds(0xfedcba)}, {{2, 1}, false, seconds(0)}}};
    capabilities.role = Role::Customer;
    capabilities.unknown = {{73, {5, 'l', 'o', 'c', 'a', 'l', 0}}};
    return open;
}

}  // namespace

TEST_CASE("an OPEN with every capability goes both ways") {
    Buffer out;
    encode_open(everything(), out);
    CHECK(must_decode(bodies(out).front()) == everything());
}

TEST_CASE("an OPEN without capabilities has no optional parameters") {
    Open open;
    open.my_as = 64512;
    open.hold_time = seconds(180);
    open.identifier = RouterId{0xc0000201};
    Buffer out;
    encode_open(open, out);
    CHECK(out == Buffer(16, 0xff) + hex("001d 01 04 fc00 00b4 c0000201 00"));
    CHECK(must_decode(bodies(out).front()) == open);
}

TEST_CASE("an OPEN as a router sends it") {
    // FRR: one optional parameter for each capability.
    const auto open = must_decode(open_body(
        "28 0206 01040001 0001 0202 8000 0202 0200 0202 4600 0206 4104 0000fc00 0204 4002 4078"
        "0204 4700 0600"));
    CHECK(open.as_number() == 64512);
    CHECK(open.hold_time == seconds(90));
    CHECK(to_string(open.identifier) == "192.0.2.1");
    const auto& capabilities = open.capabilities;
    CHECK(capabilities.multiprotocol == std::vector{AfiSafi::unicast(Family::Ipv4)});
    CHECK(capabilities.route_refresh);
    CHECK(capabilities.enhanced_route_refresh);
    CHECK(capabilities.extended_message);
    REQUIRE(capabilities.graceful_restart);
    CHECK(capabilities.graceful_restart->notification_preserves);
    CHECK_FALSE(capabilities.graceful_restart->restarting);
    CHECK(capabilities.graceful_restart->restart_time == seconds(120));
    CHECK(capabilities.graceful_restart->families.empty());
    REQUIRE(capabilities.long_lived_restart);
    CHECK(capabilities.long_lived_restart->families.empty());
    CHECK(capabilities.unknown == std::vector<RawCapability>{{128, {}}});
}

TEST_CASE("any other version is refused with the one that we have") {
    for (const int version : {0, 3, 5, 255}) {
        auto body = open_body("00");
        body[0] = static_cast<std::uint8_t>(version);
        CHECK(must_fail(body) == notification(OpenError::UnsupportedVersion, {0, 4}));
    }
}

TEST_CASE("values that only negotiation can judge are just values") {
    const auto open = must_decode(hex("04 0000 0001 00000000 00"));
    CHECK(open.my_as == 0);
    CHECK(open.hold_time == seconds(1));
    CHECK(open.identifier == RouterId{0});
}

TEST_CASE("optional parameters that do not add up are malformed") {
    const auto* const parameters =
        GENERATE("01",                // a length, and nothing there
                 "00 02",             // no length, but something there
                 "04 0202 01",        // cut off
                 "01 02",             // a parameter without a length
                 "03 0202 01",        // the parameter runs past the end
                 "04 0202 4104",      // the capability runs past the end of its parameter
                 "03 0201 02",        // a capability without a length
                 "04 0202 0200 00");  // octets behind the parameters
    CAPTURE(parameters);
    CHECK(must_fail(open_body(parameters)) == notification(OpenError::Unspecific));
}

TEST_CASE("a capability that we know with a wrong length is malformed") {
    const auto* const capability = GENERATE("01 03 000100",           // Multiprotocol
                                            "01 05 0001000100",       //
                                            "02 01 00",               // Route Refresh
                                            "06 01 00",               // Extended Message
                                            "09 00", "09 02 0000",    // Role
                                            "40 01 00",               // Graceful Restart
                                            "47 06 0001 01 80 0000",  // its long-lived form
                                            "40 03 000000", "40 05 0078000101",
                                            "41 02 fc00",  // Four-octet AS
                                            "41 05 0000fc0000", "46 01 00");
    CAPTURE(capability);
    const auto bytes = hex(capability);
    const auto size = static_cast<std::uint8_t>(bytes.size());
    CHECK(must_fail(open_body("") + Buffer{static_cast<std::uint8_t>(size + 2), 2, size} + bytes) ==
          notification(OpenError::Unspecific));
}

TEST_CASE("optional parameters other than capabilities are unsupported") {
    CHECK(must_fail(open_body("02 0100")) == notification(OpenError::UnsupportedOptionalParameter));
    CHECK(must_fail(open_body("03 6301 00")) ==
          notification(OpenError::UnsupportedOptionalParameter));
}

TEST_CASE("capabilities may be spread over parameters and repeated") {
    const auto open = must_decode(
        open_body("1c 020c 010400010001 010400010001 0208 010400020001 0200 0202 0200"));
    CHECK(open.capabilities.multiprotocol ==
          std::vector{AfiSafi::unicast(Family::Ipv4), AfiSafi::unicast(Family::Ipv6)});
    CHECK(open.capabilities.route_refresh);
}

TEST_CASE("roles that differ are noticed, roles that agree are one") {
    CHECK_FALSE(must_decode(open_body("08 0206 090103 090103")).capabilities.conflicting_roles);
    const auto open = must_decode(open_body("08 0206 090103 090100"));
    CHECK(open.capabilities.conflicting_roles);
    // A value that RFC 9234 does not define is kept for negotiation to refuse.
    CHECK(static_cast<int>(*must_decode(open_body("05 0203 090109")).capabilities.role) == 9);
}

TEST_CASE("the capabilities of both graceful restarts, byte by byte") {
    Open open;
    open.capabilities.graceful_restart =
        GracefulRestart{true, true, seconds(120), {{AfiSafi::unicast(Family::Ipv6), true}}};
    open.capabilities.long_lived_restart =
        LongLivedRestart{{{AfiSafi::unicast(Family::Ipv4), true, seconds(0x012345)}}};
    Buffer out;
    encode_open(open, out);
    const auto expected = hex("4006 c078 0002 01 80 4707 0001 01 80 012345");
    CHECK(std::ranges::search(out, expected).size() == expected.size());
}

TEST_CASE("times that do not fit are announced as the longest there is") {
    Open open;
    open.capabilities.graceful_restart = GracefulRestart{false, false, seconds(5000), {}};
    open.capabilities.long_lived_restart =
        LongLivedRestart{{{AfiSafi::unicast(Family::Ipv4), false, seconds(20'000'000)}}};
    Buffer out;
    encode_open(open, out);
    const auto read = must_decode(bodies(out).front());
    CHECK(read.capabilities.graceful_restart->restart_time == seconds(4095));
    CHECK(read.capabilities.long_lived_restart->families[0].stale_time == seconds(0xffffff));
}

TEST_CASE("the last of several graceful restart capabilities counts") {
    const auto open = must_decode(open_body("0a 0208 4002 8001 4002 0078"));
    CHECK(open.capabilities.graceful_restart->restart_time == seconds(120));
    CHECK_FALSE(open.capabilities.graceful_restart->restarting);
}

TEST_CASE("extended optional parameters (RFC 9072) are read whatever the short length says") {
    for (const auto* const text : {"ff ff 0005 02 0002 0200", "01 ff 0005 02 0002 0200"})
        CHECK(must_decode(open_body(text)).capabilities.route_refresh);
    for (const auto* const text :
         {"ff ff 0006 02 0002 0200", "ff ff 00", "ff ff 0005 02 0003 0200"})
        CHECK(must_fail(open_body(text)) == notification(OpenError::Unspecific));
}

TEST_CASE("more than 255 octets of capabilities are sent as RFC 9072 says") {
    Open open;
    open.my_as = 64512;
    for (int i = 0; i < 60; ++i)
        open.capabilities.unknown.push_back({200, {static_cast<std::uint8_t>(i), 2, 3}});
    Buffer out;
    encode_open(open, out);
    const auto body = bodies(out).front();
    CHECK(body[9] == 255);
    CHECK(body[10] == 255);
    CHECK(must_decode(body) == open);
}

TEST_CASE("the largest OPEN without RFC 9072, and the smallest with it") {
    for (const std::size_t value : {250U, 251U, 252U, 253U}) {
        Open open;
        open.capabilities.unknown.push_back({200, Buffer(value, 7)});
        Buffer out;
        encode_open(open, out);
        CHECK((bodies(out).front()[10] == 255) == (value > 251));
        CHECK(must_decode(bodies(out).front()) == open);
    }
}

TEST_CASE("an OPEN cut anywhere is an error, never more") {
    Buffer out;
    encode_open(everything(), out);
    const auto body = bodies(out).front();
    for (std::size_t size = 0; size < body.size(); ++size)
        CHECK(decode_open(Bytes(body).first(size)).has_error());
}
