#include "libbgp/fsm/down_reason.hpp"

#include "tests/support/catch.hpp"

using namespace dx::bgp;

TEST_CASE("the cause of what we sent follows from its code") {
    const auto cause = [](const Notification& n) { return sent_notification(n).cause; };
    CHECK(cause(notification(OpenError::BadPeerAs)) == DownCause::ProtocolError);
    CHECK(cause({ErrorCode::HoldTimerExpired, 0, {}}) == DownCause::HoldTimerExpired);
    CHECK(cause({ErrorCode::SendHoldTimerExpired, 0, {}}) == DownCause::SendHoldTimerExpired);
    CHECK(cause(notification(CeaseReason::AdministrativeReset)) == DownCause::Administrative);
    CHECK(cause(notification(CeaseReason::MaximumPrefixesReached)) == DownCause::PrefixLimit);
    CHECK(cause(notification(CeaseReason::BfdDown)) == DownCause::BfdDown);
}

TEST_CASE("a NOTIFICATION that came in is told with the peer's own words") {
    const auto cease = cease_with_text(CeaseReason::AdministrativeShutdown, "back at four");
    const auto reason = received_notification(cease);
    CHECK(reason.cause == DownCause::NotificationReceived);
    CHECK(reason.notification == cease);
    CHECK(reason.text == "received NOTIFICATION " + describe(cease) + ": back at four");
}

TEST_CASE("a prefix limit in a Cease is told in words") {
    const auto v4 = prefix_limit_reached({AfiSafi::unicast(dx::net::Family::Ipv4), 100});
    CHECK(received_notification(v4).text ==
          "received NOTIFICATION " + describe(v4) + ": at most 100 ipv4 prefixes are allowed");
    const auto vpn = prefix_limit_reached({{1, 128}, 7});
    CHECK(received_notification(vpn).text ==
          "received NOTIFICATION " + describe(vpn) + ": at most 7 prefixes are allowed");
}

TEST_CASE("the detail of what we sent stands where there are no words for the peer") {
    const auto error = notification(FsmError::UnexpectedInOpenSent);
    CHECK(sent_notification(error, "UPDATE received in OpenSent").text ==
          "sent NOTIFICATION " + describe(error) + ": UPDATE received in OpenSent");
    const auto cease = cease_with_text(CeaseReason::AdministrativeReset, "cleared");
    CHECK(sent_notification(cease, "not said").text ==
          "sent NOTIFICATION " + describe(cease) + ": cleared");
}
