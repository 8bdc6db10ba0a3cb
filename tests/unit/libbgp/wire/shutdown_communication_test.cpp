#include "libbgp/wire/notification.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;

namespace {

std::optional<std::string> text_of(std::string_view data) {
    return shutdown_communication(notification(CeaseReason::AdministrativeShutdown, hex(data)));
}

}  // namespace

TEST_CASE("a text for the other operator goes both ways") {
    const auto cease = cease_with_text(CeaseReason::AdministrativeReset, "wartung fällig");
    CHECK(cease.data.front() == 15);
    CHECK(shutdown_communication(cease) == "wartung fällig");
}

TEST_CASE("without a text there is no data") {
    CHECK(cease_with_text(CeaseReason::AdministrativeShutdown, "") ==
          notification(CeaseReason::AdministrativeShutdown));
    CHECK_FALSE(text_of(""));
    CHECK_FALSE(text_of("00"));
}

TEST_CASE("a text that is too long is cut between characters") {
    std::string text(254, 'a');
    text += "ä";  // its second octet would be the 256th
    const auto cease = cease_with_text(CeaseReason::AdministrativeShutdown, text);
    CHECK(cease.data.size() == 255);
    CHECK(shutdown_communication(cease) == std::string(254, 'a'));
    CHECK(cease_with_text(CeaseReason::AdministrativeShutdown, std::string(300, 'b')).data.size() ==
          256);
}

TEST_CASE("a text of all 255 octets is read (RFC 9003, not 8203)") {
    const auto cease = cease_with_text(CeaseReason::AdministrativeShutdown, std::string(255, 'x'));
    CHECK(shutdown_communication(cease) == std::string(255, 'x'));
}

TEST_CASE("a length beyond the data gives no text, octets behind it are ignored") {
    CHECK_FALSE(text_of("05 61 62"));
    CHECK(text_of("02 61 62 63") == "ab");
}

TEST_CASE("what is not UTF-8 becomes U+FFFD, what could forge a log line a blank") {
    const auto [data, text] = GENERATE(table<const char*, const char*>({
        {"03 61 ff 62",
         "a\xef\xbf\xbd"
         "b"},
        {"02 c0 80", "\xef\xbf\xbd\xef\xbf\xbd"},                                // overlong
        {"03 ed a0 80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},                 // a surrogate
        {"02 61 c3", "a\xef\xbf\xbd"},                                           // cut off
        {"04 f4 90 80 80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // beyond Unicode
        {"03 61 0a 62", "a b"},
        {"04 61 c2 85 62", "a b"},     // NEL
        {"05 61 e2 80 ae 62", "a b"},  // right-to-left override
        {"04 f0 9f 98 80", "\xf0\x9f\x98\x80"},
    }));
    CHECK(text_of(data) == text);
}

TEST_CASE("only a shutdown and a reset have a text, also inside a Hard Reset") {
    CHECK_FALSE(shutdown_communication(notification(CeaseReason::PeerDeconfigured, hex("0161"))));
    CHECK_FALSE(shutdown_communication(notification(OpenError::BadPeerAs, hex("0161"))));
    CHECK(shutdown_communication(notification(CeaseReason::HardReset, hex("06 02 01 61"))) == "a");
}
