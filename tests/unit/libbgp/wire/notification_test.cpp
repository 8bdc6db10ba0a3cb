#include "libbgp/wire/notification.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;

namespace {

Notification raw(int code, int subcode, std::vector<std::uint8_t> data = {}) {
    return {ErrorCode{static_cast<std::uint8_t>(code)}, static_cast<std::uint8_t>(subcode),
            std::move(data)};
}

}  // namespace

TEST_CASE("a prefix limit carries family and limit as AWS sends them") {
    const PrefixLimitData data{AfiSafi::unicast(Family::Ipv4), 100};
    const auto notification = prefix_limit_reached(data);
    CHECK(notification == raw(6, 1, hex("0001 01 00000064")));
    CHECK(prefix_limit_data(notification) == data);
    CHECK_FALSE(prefix_limit_data(raw(6, 1)));
    CHECK_FALSE(prefix_limit_data(raw(6, 1, hex("0001 01 000000"))));
    CHECK_FALSE(prefix_limit_data(raw(6, 2, hex("0001 01 00000064"))));
}

TEST_CASE("every code and subcode has words") {
    const auto [code, subcode, text] = GENERATE(table<int, int, const char*>({
        {1, 1, "Message Header Error/Connection Not Synchronized"},
        {1, 3, "Message Header Error/Bad Message Type"},
        {2, 0, "OPEN Message Error/Unspecific"},
        {2, 2, "OPEN Message Error/Bad Peer AS"},
        {2, 11, "OPEN Message Error/Role Mismatch"},
        {3, 11, "UPDATE Message Error/Malformed AS_PATH"},
        {4, 0, "Hold Timer Expired"},
        {5, 3, "Finite State Machine Error/Receive Unexpected Message in Established State"},
        {6, 2, "Cease/Administrative Shutdown"},
        {6, 10, "Cease/BFD Down"},
        {7, 1, "ROUTE-REFRESH Message Error/Invalid Message Length"},
        {8, 0, "Send Hold Timer Expired"},
        {9, 0, "Loss of LSDB Synchronization"},
        {6, 99, "Cease/subcode 99"},
        {4, 1, "Hold Timer Expired/subcode 1"},
        {42, 7, "code 42/subcode 7"},
        {0, 0, "code 0"},
    }));
    CHECK(describe(raw(code, subcode)) == text);
}

TEST_CASE("a Hard Reset wraps what it is for") {
    const auto wrapped = hard_reset(cease_with_text(CeaseReason::AdministrativeReset, "a"));
    CHECK(wrapped == raw(6, 9, hex("06 04 01 61")));
    CHECK(is_hard_reset(wrapped));
    CHECK(is_hard_reset(raw(6, 9, {})));
    CHECK_FALSE(is_hard_reset(raw(6, 4, {})));
    CHECK_FALSE(is_hard_reset(raw(5, 9, {})));
}

TEST_CASE("a Hard Reset tells what it wraps, one level deep") {
    CHECK(describe(raw(6, 9, hex("06 02"))) == "Cease/Hard Reset (Cease/Administrative Shutdown)");
    CHECK(inside_hard_reset(raw(6, 9, hex("06 02 00"))) == raw(6, 2, hex("00")));
    CHECK_FALSE(inside_hard_reset(raw(6, 9, hex("06"))));
    CHECK_FALSE(inside_hard_reset(raw(6, 2, hex("06 02"))));
    CHECK(describe(raw(6, 9, hex("06 09 06 09"))) == "Cease/Hard Reset");
}

TEST_CASE("what IANA does not list has one name, so that a peer cannot make many of them") {
    CHECK(name_of(raw(6, 2)) == NotificationName{"Cease", "Administrative Shutdown"});
    CHECK(name_of(raw(6, 200)) == NotificationName{"Cease", "unknown"});
    CHECK(name_of(raw(4, 0)) == NotificationName{"Hold Timer Expired", ""});
    CHECK(name_of(raw(4, 9)) == NotificationName{"Hold Timer Expired", ""});
    CHECK(name_of(raw(77, 3)) == NotificationName{"unknown", ""});
}
