#include "libbgp/fsm/negotiation.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;
using dx::net::Family;

namespace {

Decoded<Negotiated> meet(const PeerSettings& settings, const Open& theirs) {
    return negotiate(settings, make_open(settings), theirs);
}

// The subcode of the OPEN error, or 0.
int refusal(const PeerSettings& settings, const Open& theirs) {
    const auto result = meet(settings, theirs);
    if (result) return 0;
    CHECK(result.error().code == ErrorCode::OpenMessage);
    return result.error().subcode;
}

}  // namespace

TEST_CASE("an OPEN says what is configured") {
    auto settings = our_settings();
    settings.families = {Family::Ipv4, Family::Ipv6};
    settings.role = Role::Customer;
    const auto open = make_open(settings);
    CHECK(open.my_as == 65000);
    CHECK(open.hold_time == 90s);
    CHECK(open.identifier == RouterId{0x0a000001});
    CHECK(open.capabilities.four_octet_as == 65000u);
    CHECK(open.capabilities.multiprotocol ==
          std::vector{AfiSafi::unicast(Family::Ipv4), AfiSafi::unicast(Family::Ipv6)});
    CHECK(open.capabilities.role == Role::Customer);
    CHECK(open.capabilities.route_refresh);
}

TEST_CASE("an AS number beyond two octets is announced as AS_TRANS") {
    auto settings = our_settings();
    settings.local_as = 4'200'000'001;
    CHECK(make_open(settings).my_as == kAsTrans);
    CHECK(make_open(settings).capabilities.four_octet_as == 4'200'000'001u);
}

TEST_CASE("a role is not announced to an internal neighbor") {
    auto settings = our_settings();
    settings.remote_as = settings.local_as;
    settings.role = Role::Peer;
    CHECK_FALSE(make_open(settings).capabilities.role);
}

TEST_CASE("the smaller hold time counts, and a KEEPALIVE goes out every third of it") {
    struct Row {
        std::chrono::seconds ours, keepalive, theirs, hold, interval;
    };

    const auto row = GENERATE(
        Row{90s, 30s, 90s, 90s, 30s}, Row{90s, 30s, 30s, 30s, 10s}, Row{30s, 10s, 240s, 30s, 10s},
        Row{90s, 30s, 3s, 3s, 1s}, Row{90s, 30s, 4s, 4s, 1s}, Row{90s, 30s, 0s, 0s, 0s},
        Row{0s, 30s, 90s, 0s, 0s}, Row{90s, 5s, 90s, 90s, 5s}, Row{90s, 0s, 90s, 90s, 30s});
    auto settings = our_settings();
    settings.hold_time = row.ours;
    settings.keepalive = row.keepalive;
    auto theirs = their_open();
    theirs.hold_time = row.theirs;
    const auto agreed = meet(settings, theirs);
    REQUIRE(agreed.has_value());
    CHECK(agreed->hold_time == row.hold);
    CHECK(agreed->keepalive == row.interval);
}

TEST_CASE("hold times of one and two seconds, or less than configured, are refused with 2/6") {
    auto theirs = their_open();
    theirs.hold_time = GENERATE(1s, 2s);
    CHECK(refusal(our_settings(), theirs) == 6);

    auto settings = our_settings();
    settings.min_hold_time = 20s;
    theirs.hold_time = 19s;
    CHECK(refusal(settings, theirs) == 6);
    theirs.hold_time = 20s;
    CHECK(refusal(settings, theirs) == 0);
}

TEST_CASE("another AS than configured is refused with 2/2") {
    struct Row {
        AsNumber configured;
        std::uint16_t field;
        std::optional<AsNumber> capability;
        int refusal;
    };

    const auto row =
        GENERATE(Row{64512, 64512, 64512, 0}, Row{64512, 64512, std::nullopt, 0},
                 Row{64512, 64513, std::nullopt, 2}, Row{64512, 64512, 64513, 2},
                 Row{64512, 64513, 64512, 2},              // the field is neither that nor AS_TRANS
                 Row{64512, 23456, 64512, 0},              // allowed, if odd
                 Row{4200000001, 23456, 4200000001, 0},    //
                 Row{4200000001, 23456, std::nullopt, 2},  // the number is not known
                 Row{64512, 0, 64512, 2}, Row{64512, 0, std::nullopt, 2},  // RFC 7607
                 Row{64512, 64512, 0, 2});
    auto settings = our_settings();
    settings.remote_as = row.configured;
    auto theirs = their_open();
    theirs.my_as = row.field;
    theirs.capabilities.four_octet_as = row.capability;
    CAPTURE(row.configured, row.field);
    CHECK(refusal(settings, theirs) == row.refusal);
}

TEST_CASE("a peer without RFC 6793 gets two-octet AS numbers") {
    auto theirs = their_open();
    theirs.capabilities.four_octet_as.reset();
    const auto agreed = meet(our_settings(), theirs);
    REQUIRE(agreed.has_value());
    CHECK_FALSE(agreed->wire_context().four_octet_as);
    CHECK(agreed->remote_as == 64512);
}

TEST_CASE("identifier zero is refused, and ours within our AS, with 2/3") {
    auto theirs = their_open();
    theirs.identifier = {0};
    CHECK(refusal(our_settings(), theirs) == 3);
    theirs.identifier = our_settings().router_id;
    CHECK(refusal(our_settings(), theirs) == 0);  // RFC 6286: another AS may use the same
    auto internal = our_settings();
    internal.remote_as = internal.local_as;
    theirs.my_as = 65000;
    theirs.capabilities.four_octet_as = 65000;
    CHECK(refusal(internal, theirs) == 3);
}

TEST_CASE("roles must be each other's counterpart") {
    struct Row {
        std::optional<Role> ours;
        bool strict;
        std::optional<Role> theirs;
        int refusal;
    };

    const auto row = GENERATE(
        Row{Role::Customer, false, Role::Provider, 0},
        Row{Role::Provider, false, Role::Customer, 0},
        Row{Role::RouteServer, false, Role::RouteServerClient, 0},
        Row{Role::RouteServerClient, false, Role::RouteServer, 0},
        Row{Role::Peer, true, Role::Peer, 0}, Row{Role::Customer, false, Role::Customer, 11},
        Row{Role::Provider, false, Role::Peer, 11},
        Row{Role::Customer, false, static_cast<Role>(9), 11},
        Row{Role::Customer, false, std::nullopt, 0}, Row{Role::Customer, true, std::nullopt, 11},
        Row{std::nullopt, true, Role::Provider, 0});
    auto settings = our_settings();
    settings.role = row.ours;
    settings.role_strict = row.strict;
    auto theirs = their_open();
    theirs.capabilities.role = row.theirs;
    CHECK(refusal(settings, theirs) == row.refusal);
}

TEST_CASE("several roles that differ are refused") {
    auto settings = our_settings();
    settings.role = Role::Customer;
    auto theirs = their_open();
    theirs.capabilities.role = Role::Provider;
    theirs.capabilities.conflicting_roles = true;
    CHECK(refusal(settings, theirs) == 11);
}

TEST_CASE("the families that both announce are used; without the capability it is IPv4") {
    auto settings = our_settings();
    settings.families = {Family::Ipv4, Family::Ipv6};
    auto theirs = their_open();
    theirs.capabilities.multiprotocol = {AfiSafi{1, 128}, AfiSafi::unicast(Family::Ipv6)};
    CHECK(meet(settings, theirs)->families == Families{Family::Ipv6});
    theirs.capabilities.multiprotocol.clear();
    CHECK(meet(settings, theirs)->families == Families{Family::Ipv4});
}

TEST_CASE("no common family is refused with 2/7 and the capabilities that are missing") {
    auto settings = our_settings();
    settings.families = {Family::Ipv6};
    const auto result = meet(settings, their_open());
    REQUIRE(result.has_error());
    CHECK(result.error().subcode == 7);
    CHECK(result.error().data == std::vector<std::uint8_t>{1, 4, 0, 2, 0, 1});
}

TEST_CASE("extended messages and marked refreshes need both sides") {
    auto theirs = their_open();
    CHECK(meet(our_settings(), theirs)->wire_context().max_message_size == 4096);
    theirs.capabilities.extended_message = true;
    theirs.capabilities.route_refresh = true;
    theirs.capabilities.enhanced_route_refresh = true;
    const auto agreed = *meet(our_settings(), theirs);
    CHECK(agreed.wire_context().max_message_size == 65535);
    CHECK(agreed.route_refresh);
    CHECK(agreed.enhanced_route_refresh);

    auto settings = our_settings();
    settings.extended_messages = false;
    settings.enhanced_route_refresh = false;
    CHECK_FALSE(meet(settings, theirs)->extended_messages);
    CHECK_FALSE(meet(settings, theirs)->enhanced_route_refresh);
}

TEST_CASE("what a refused OPEN said is told") {
    const auto settings = our_settings();
    auto theirs = make_open(settings);
    theirs.my_as = 64999;
    theirs.capabilities.four_octet_as = 64999;
    CHECK(what_was_refused(settings, theirs, meet(settings, theirs).error()) ==
          "AS 64999, " + std::to_string(settings.remote_as) + " is configured");
    CHECK(what_was_refused(settings, theirs, notification(OpenError::UnacceptableHoldTime)) ==
          std::to_string(theirs.hold_time.count()) + " s");
    CHECK(what_was_refused(settings, theirs, notification(OpenError::RoleMismatch)).empty());
}
