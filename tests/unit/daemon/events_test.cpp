#include "daemon/events.hpp"

#include <set>

#include "daemon/bfd_words.hpp"
#include "daemon/event_reports.hpp"
#include "libbgp/wire/notification.hpp"
#include "tests/support/catch.hpp"

namespace dx::daemon {

namespace {

Neighbor neighbor_named(const char* name) {
    Neighbor neighbor;
    neighbor.config.name = name;
    neighbor.config.address = *net::IpAddress::parse("192.168.1.1");
    neighbor.agreed.families.insert(net::Family::Ipv4);
    neighbor.agreed.remote_as = 64512;
    neighbor.agreed.hold_time = std::chrono::seconds(30);
    return neighbor;
}

bool has(const Event& event, std::string_view name, const Event::Value& value) {
    for (const auto& [key, of] : event.details)
        if (key == name) return of == value;
    return false;
}

}  // namespace

TEST_CASE("Every kind of event has a name of its own") {
    std::set<std::string_view> names{"unknown"};
    for (int at = 0; at <= static_cast<int>(EventKind::Cleared); ++at) {
        const auto kind = static_cast<EventKind>(at);
        CHECK(names.insert(to_string(kind)).second);
    }
}

TEST_CASE("An event in JSON") {
    Event event{
        EventKind::BfdDown, "dx1", "said \"no\"", {{"downs", std::int64_t{2}}, {"late", true}}};
    event.sequence = 7;
    event.time = decltype(event.time)(std::chrono::milliseconds(1790000000123));
    CHECK(to_json(event) ==
          R"({"sequence":7,"time":1790000000123,"event":"bfd-down","neighbor":"dx1",)"
          R"("text":"said \"no\"","details":{"downs":2,"late":true}})");
    CHECK(to_json({EventKind::Started, {}, "dxrouted 1", {}}) ==
          R"({"sequence":0,"time":0,"event":"started","text":"dxrouted 1"})");
}

TEST_CASE("Who listens is told in order, until it does no more") {
    EventStream stream;
    std::vector<std::uint64_t> first, second;
    auto subscription =
        stream.subscribe([&](const Event& event) { first.push_back(event.sequence); });
    {
        const auto other =
            stream.subscribe([&](const Event& event) { second.push_back(event.sequence); });
        stream.publish({EventKind::Started, {}, {}, {}});
    }
    stream.go_on_at(40);
    stream.publish({EventKind::Stopped, {}, {}, {}});
    CHECK(first == std::vector<std::uint64_t>{1, 40});
    CHECK(second == std::vector<std::uint64_t>{1});
}

TEST_CASE("A listener may end its own subscription and that of others") {
    EventStream stream;
    EventStream::Subscription first, second;
    int told = 0;
    first = stream.subscribe([&](const Event&) {
        ++told;
        second.end();
        first.end();
    });
    second = stream.subscribe([&](const Event&) { told += 100; });
    stream.publish({EventKind::Started, {}, {}, {}});
    stream.publish({EventKind::Started, {}, {}, {}});
    CHECK(told == 1);
}

TEST_CASE("A subscription may outlive the stream") {
    EventStream::Subscription subscription;
    {
        EventStream stream;
        subscription = stream.subscribe([](const Event&) {});
    }
    subscription.end();
}

TEST_CASE("An established session says what was agreed on") {
    const auto event = established(neighbor_named("dx1"), *net::IpAddress::parse("192.168.1.2"));
    CHECK(event.kind == EventKind::Established);
    CHECK(event.text == "AS 64512, hold time 30 s, ipv4");
    CHECK(has(event, "holdTimeSecs", std::int64_t{30}));
    CHECK(has(event, "localAddress", std::string("192.168.1.2")));
}

TEST_CASE("A session that ended says why, and what routes there were") {
    RouteCounts counts;
    counts[net::Family::Ipv4].received = 12;
    counts[net::Family::Ipv4].accepted = 11;
    counts[net::Family::Ipv4].advertised = 3;
    const auto event =
        session_down(neighbor_named("dx1"),
                     {bgp::DownCause::HoldTimerExpired, {}, "hold timer expired"}, counts);
    CHECK(event.text == "hold timer expired");
    CHECK(has(event, "cause", std::string("hold timer expired")));
    CHECK(has(event, "ipv4Received", std::int64_t{12}));
    CHECK(has(event, "ipv4Accepted", std::int64_t{11}));
    CHECK(has(event, "ipv4Advertised", std::int64_t{3}));
    CHECK(event.details.size() == 4);  // no IPv6 was agreed on
}

TEST_CASE("A NOTIFICATION is told with its data") {
    using bgp::CeaseReason;
    const auto neighbor = neighbor_named("dx1");
    const auto said = bgp::cease_with_text(CeaseReason::AdministrativeShutdown, "until 4");
    const auto received = notification(neighbor, bgp::received_notification(said));
    REQUIRE(received);
    CHECK(received->kind == EventKind::NotificationReceived);
    CHECK(received->text == "Cease/Administrative Shutdown: until 4");
    CHECK(has(*received, "code", std::int64_t{6}));
    CHECK(has(*received, "subcode", std::int64_t{2}));
    CHECK(has(*received, "data", std::string("07756e74696c2034")));
    CHECK(has(*received, "message", std::string("until 4")));

    const bgp::PrefixLimitData limit{bgp::AfiSafi::unicast(net::Family::Ipv4), 100};
    const auto sent =
        notification(neighbor, bgp::sent_notification(bgp::prefix_limit_reached(limit)));
    REQUIRE(sent);
    CHECK(sent->kind == EventKind::NotificationSent);
    CHECK(has(*sent, "limit", std::int64_t{100}));

    auto changed = bgp::sent_notification(bgp::notification(CeaseReason::OtherConfigurationChange));
    changed.text += ": password changed";  // what the peer cannot be told
    CHECK(notification(neighbor, changed)->text ==
          "Cease/Other Configuration Change: password changed");
    changed.text = "BFD down";
    CHECK(notification(neighbor, changed)->text == "Cease/Other Configuration Change");

    CHECK(!notification(neighbor, {bgp::DownCause::ConnectionClosed, {}, "closed"}));
}

TEST_CASE("Of a NOTIFICATION full of data only its beginning is kept") {
    const auto event = notification(
        neighbor_named("dx1"), bgp::received_notification(bgp::notification(
                                   bgp::UpdateError{1}, std::vector<std::uint8_t>(4000, 0xff))));
    REQUIRE(event);
    CHECK(has(*event, "data", std::string(128, 'f')));
}

TEST_CASE("BFD says up and down with its counters, and nothing of what lies between") {
    using bfd::State;
    bfd::SessionChange change;
    change.counters = {.packets_in = 812, .packets_out = 820, .ups = 3, .downs = 2};
    change.transition.from = State::Up;
    change.transition.diagnostic = bfd::Diagnostic::ControlDetectionTimeExpired;
    const auto down = bfd_changed("dx1", change, "detection time expired");
    REQUIRE(down);
    CHECK(down->kind == EventKind::BfdDown);
    CHECK(down->text == "detection time expired");
    CHECK(has(*down, "packetsIn", std::int64_t{812}));
    CHECK(has(*down, "downs", std::int64_t{2}));

    change.transition = {.from = State::Init, .to = State::Up};
    CHECK(bfd_changed("dx1", change, "")->kind == EventKind::BfdUp);
    change.transition = {.from = State::Down, .to = State::Init};
    CHECK(!bfd_changed("dx1", change, ""));
}

TEST_CASE("BFD that is refused, or absent, says why") {
    bfd::SessionChange change;
    change.transition.from = bfd::State::Up;
    change.transition.diagnostic = bfd::Diagnostic::ControlDetectionTimeExpired;
    CHECK(reason_of(change, "") == "control detection time expired");
    change.refused = bfd::Discard::Authentication;
    CHECK(reason_of(change, "") ==
          "control detection time expired, for its packets are refused: authentication, which is "
          "not supported: switch it off at the peer");
    const std::string reason = "authentication, which is not supported";
    CHECK(has(*bfd_changed("dx1", change, ""), "refused", reason));

    const auto refused = bfd_refused("dx1", bfd::Discard::Authentication);
    CHECK(to_string(refused.kind) == "bfd-refused");
    CHECK(has(refused, "reason", reason));
    const auto of_gateway = gateway_bfd_refused("192.0.2.1", bfd::Discard::Version);
    CHECK(of_gateway.text == "static routes via 192.0.2.1: wrong version");
    CHECK(has(of_gateway, "gateway", std::string("192.0.2.1")));

    const auto absent = bfd_absent(neighbor_named("dx1"), bfd::State::Init, "why");
    CHECK(to_string(absent.kind) == "bfd-absent");
    CHECK(absent.text == "BGP is up, and BFD does not come Up: why");
    CHECK(has(absent, "state", std::string("Init")));
}

TEST_CASE("why BFD does not come Up") {
    bfd::PeerStatus peer;
    CHECK(why_not_up(peer, "port 3784 is taken") == "port 3784 is taken");
    CHECK(why_not_up(peer, "") == "nothing is heard of the peer's");
    peer.status.remote.my_discriminator = 7;
    CHECK(why_not_up(peer, "") == "the peer is heard, but does not hear us");
    peer.status.remote.state = bfd::State::AdminDown;
    CHECK(why_not_up(peer, "") == "the peer has switched it off");
    peer.refused = bfd::Discard::HopLimit;
    CHECK(why_not_up(peer, "") == "its packets are refused: wrong TTL or hop limit");
}

TEST_CASE("A link's loss names what is missing") {
    const auto down = link_changed(neighbor_named("dx1"), "interface eth0 has no carrier", "eth0");
    CHECK(down.kind == EventKind::LinkDown);
    CHECK(down.text == "interface eth0 has no carrier");
    CHECK(has(down, "interface", std::string("eth0")));
    CHECK(link_changed(neighbor_named("dx1"), "", "eth0").text == "reached by eth0");
}

TEST_CASE("What somebody wanted says who") {
    const auto neighbor = neighbor_named("dx1");
    const auto cleared =
        by_operator(EventKind::Cleared, neighbor, "softly", control::Client{0, 4711});
    CHECK(cleared.text == "softly by root");
    CHECK(has(cleared, "user", std::int64_t{0}));
    CHECK(has(cleared, "process", std::int64_t{4711}));
    const auto signal = configured(true, "2 changes applied", {});
    CHECK(signal.kind == EventKind::ConfigurationReloaded);
    CHECK(signal.text == "2 changes applied");
    constexpr std::uint32_t kNobodys = 4'000'000'000;
    const auto applied = configured(true, "change 4: 1 change applied", kNobodys);
    CHECK(applied.text == "by user 4000000000: change 4: 1 change applied");
    CHECK(has(applied, "user", std::int64_t{kNobodys}));
    CHECK(configured(true, "nothing changed", 0).text == "by root: nothing changed");
    CHECK(configured(false, "errors", {}).kind == EventKind::ReloadFailed);
}

TEST_CASE("A limit says which, and what comes of it") {
    const auto event = limit_event(EventKind::PrefixLimitReached, neighbor_named("dx1"),
                                   {net::Family::Ipv4, "in", 100, "the session ends"});
    CHECK(event.text == "prefix-limit in of 100 ipv4 prefixes: the session ends");
    CHECK(has(event, "limit", std::int64_t{100}));
}

}  // namespace dx::daemon
