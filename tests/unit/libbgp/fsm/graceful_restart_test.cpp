#include "libbgp/fsm/graceful_restart.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using namespace std::chrono_literals;
using dx::net::Family;

namespace {

constexpr auto kIpv4 = AfiSafi::unicast(Family::Ipv4);
constexpr auto kIpv6 = AfiSafi::unicast(Family::Ipv6);

// A session for both families; the peer announced to restart in 120 s with both.
Negotiated session(bool notifications = false) {
    Negotiated agreed;
    agreed.families = {Family::Ipv4, Family::Ipv6};
    agreed.sent.capabilities.graceful_restart = GracefulRestart{false, notifications, 60s, {}};
    agreed.received.capabilities.graceful_restart =
        GracefulRestart{false, notifications, 120s, {{kIpv4, true}, {kIpv6, false}}};
    return agreed;
}

GracefulRestart& theirs(Negotiated& agreed) {
    return *agreed.received.capabilities.graceful_restart;
}

DownReason lost() {
    return {DownCause::ConnectionClosed, {}, "connection reset by peer"};
}

const std::vector<KeptFamily> kBoth{{Family::Ipv4, 120s, 0s}, {Family::Ipv6, 120s, 0s}};

}  // namespace

TEST_CASE("the loss of TCP keeps the families that the peer announced, F bit or not") {
    CHECK(kept_families(session(), lost()) == kBoth);
}

TEST_CASE("without the capability on either side nothing is kept") {
    auto agreed = session();
    SECTION("ours") {
        agreed.sent.capabilities.graceful_restart.reset();
    }
    SECTION("theirs") {
        agreed.received.capabilities.graceful_restart.reset();
    }
    SECTION("without families the peer only helps") {
        theirs(agreed).families.clear();
    }
    SECTION("no time to come back in") {
        theirs(agreed).restart_time = 0s;
    }
    CHECK(kept_families(agreed, lost()).empty());
}

TEST_CASE("a family that the session did not carry is not kept") {
    auto agreed = session();
    agreed.families = {Family::Ipv6};
    CHECK(kept_families(agreed, lost()) == std::vector{kBoth[1]});
}

TEST_CASE("a NOTIFICATION keeps routes only where both sides said so, a Hard Reset never") {
    struct Row {
        Notification notification;
        bool preserves;
    };

    const auto row =
        GENERATE(Row{{ErrorCode::HoldTimerExpired, 0, {}}, true},
                 Row{{ErrorCode::SendHoldTimerExpired, 0, {}}, true},
                 Row{notification(UpdateError::MalformedAsPath), true},
                 Row{notification(CeaseReason::AdministrativeReset), true},
                 Row{notification(CeaseReason::HardReset), false},
                 Row{hard_reset(notification(CeaseReason::AdministrativeShutdown)), false});
    for (const auto& reason :
         {received_notification(row.notification), sent_notification(row.notification)}) {
        CHECK(kept_families(session(), reason).empty());
        CHECK(kept_families(session(true), reason).empty() == !row.preserves);
        auto one_sided = session(true);
        theirs(one_sided).notification_preserves = false;
        CHECK(kept_families(one_sided, reason).empty());
    }
}

TEST_CASE("what ends without a NOTIFICATION and not by TCP is no restart") {
    const DownReason unreachable{DownCause::Unreachable, {}, "interface dx1 is down"};
    CHECK(kept_families(session(true), unreachable).empty());
}

TEST_CASE("a long-lived stale time follows the restart time, or stands in for it") {
    auto agreed = session();
    agreed.received.capabilities.long_lived_restart =
        LongLivedRestart{{{kIpv4, true, 3600s}, {kIpv6, false, 0s}}};
    CHECK(kept_families(agreed, lost())[0] == KeptFamily{Family::Ipv4, 120s, 3600s});
    CHECK(kept_families(agreed, lost())[1] == kBoth[1]);

    theirs(agreed).families.clear();
    CHECK(kept_families(agreed, lost()) == std::vector{KeptFamily{Family::Ipv4, 0s, 3600s}});
    agreed.received.capabilities.graceful_restart.reset();  // RFC 9494 4.1: nothing by itself
    CHECK(kept_families(agreed, lost()).empty());
}

// RFC 9494 4.2: "SHOULD be modifiable by local configuration".
TEST_CASE("the long-lived stale time is bounded by ours") {
    auto agreed = session();
    agreed.received.capabilities.long_lived_restart =
        LongLivedRestart{{{kIpv4, true, 3600s}, {kIpv6, false, 60s}}};
    const auto kept = kept_families(agreed, lost(), 600s);
    CHECK(kept[0].long_lived == 600s);
    CHECK(kept[1].long_lived == 60s);
    CHECK(kept_families(agreed, lost(), 0s) == kBoth);
}

TEST_CASE("a peer that comes back has forwarded on if its F bit says so") {
    auto agreed = session();
    CHECK(still_forwards(agreed, Family::Ipv4, false));
    CHECK_FALSE(still_forwards(agreed, Family::Ipv6, false));
    CHECK_FALSE(still_forwards(agreed, Family::Ipv4, true));
    agreed.received.capabilities.long_lived_restart = LongLivedRestart{{{kIpv4, true, 3600s}}};
    CHECK(still_forwards(agreed, Family::Ipv4, true));
    SECTION("it left the family out") {
        theirs(agreed).families.erase(theirs(agreed).families.begin());
    }
    SECTION("it came back without the capability") {
        agreed.received.capabilities.graceful_restart.reset();
    }
    SECTION("the session does not carry the family") {
        agreed.families = {Family::Ipv6};
    }
    CHECK_FALSE(still_forwards(agreed, Family::Ipv4, false));
}

TEST_CASE("a peer keeps our routes only if we announced families") {
    auto agreed = session();
    CHECK_FALSE(keeps_ours(agreed));
    agreed.sent.capabilities.graceful_restart->families = {{kIpv4, true}};
    CHECK(keeps_ours(agreed));
    agreed.received.capabilities.graceful_restart.reset();
    CHECK_FALSE(keeps_ours(agreed));
}

TEST_CASE("what somebody decides ends the session for real, errors do not") {
    auto settings = our_settings();
    settings.graceful_restart = GracefulRestart{false, true, 60s, {}};
    Lab lab(settings);
    lab.start();
    lab.connect_outgoing();
    auto theirs = their_open();
    const bool both = GENERATE(true, false);
    theirs.capabilities.graceful_restart = GracefulRestart{false, both, 120s, {{kIpv4, true}}};
    lab.handle(event::OpenReceived{kDialled, theirs});
    lab.keepalive(kDialled);
    const auto cease = notification(CeaseReason::AdministrativeReset);
    SECTION("reset") {
        lab.handle(event::Reset{sent_notification(cease)});
        CHECK(lab.did(both ? "close 1 with 6/9" : "close 1 with 6/4"));
        CHECK(lab.down()->cause == DownCause::Administrative);
        CHECK(lab.down()->notification == (both ? hard_reset(cease) : cease));
    }
    SECTION("stop") {
        lab.handle(event::Stop{sent_notification(notification(CeaseReason::PeerDeconfigured))});
        CHECK(lab.did(both ? "close 1 with 6/9" : "close 1 with 6/3"));
    }
    SECTION("stop without a word, for a restart of ours") {
        lab.handle(event::Stop{{DownCause::Administrative, {}, "restart"}});
        CHECK(lab.did("close 1"));
    }
    SECTION("an error") {
        lab.handle(event::Expired{Timer::Hold, kDialled});
        CHECK(lab.did("close 1 with 4/0"));
    }
}

TEST_CASE("an OPEN with graceful restart offers to help for long as well") {
    auto settings = our_settings();
    CHECK_FALSE(make_open(settings).capabilities.long_lived_restart);
    settings.graceful_restart = GracefulRestart{false, true, 60s, {{kIpv4, true}}};
    const auto open = make_open(settings);
    CHECK(open.capabilities.graceful_restart == settings.graceful_restart);
    CHECK(open.capabilities.long_lived_restart == LongLivedRestart{});
}
