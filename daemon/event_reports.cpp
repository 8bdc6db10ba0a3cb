#include "daemon/event_reports.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "daemon/bfd_words.hpp"
#include "daemon/user_name.hpp"

namespace dx::daemon {

namespace {

constexpr std::size_t kMaxData = 64;

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::string family_list(bgp::Families families) {
    std::string text;
    for (const auto family : bgp::kFamilies)
        if (families.contains(family)) {
            text += text.empty() ? "" : ", ";
            text += net::to_string(family);
        }
    return text;
}

// As much as the codes of the RFCs need; a peer may send up to a message full of it.
std::string hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const auto byte : bytes.first(std::min(bytes.size(), kMaxData)))
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

void add_counts(net::Family family, const bgp::NeighborCounts& counts, Event::Details& details) {
    const std::string name(net::to_string(family));
    details.emplace_back(name + "Received", number(counts.received));
    details.emplace_back(name + "Accepted", number(counts.accepted));
    details.emplace_back(name + "Advertised", number(counts.advertised));
}

// What the reason says of its NOTIFICATION, which is more than that itself can say: RFC 9003 has
// words for two of Cease's subcodes alone.
std::string said_in(const bgp::DownReason& reason) {
    constexpr std::string_view kBefore = " NOTIFICATION ";
    const auto at = reason.text.find(kBefore);
    return at == reason.text.npos ? describe(*reason.notification)
                                  : reason.text.substr(at + kBefore.size());
}

void add_user(const std::optional<control::Client>& by, Event& event) {
    event.text += (event.text.empty() ? "" : " ") + by_whom(by);
    if (!by) return;
    event.details.emplace_back("user", number(by->user));
    event.details.emplace_back("process", std::int64_t{by->process});
}

Event of_gateway(const std::string& gateway, Event event) {
    event.text = fmt::format("static routes via {}: {}", gateway, event.text);
    event.details.emplace_back("gateway", gateway);
    return event;
}

}  // namespace

std::string by_whom(const std::optional<control::Client>& by) {
    if (!by) return "by a signal";
    return "by " + user_name(by->user);
}

Event state_changed(const Neighbor& neighbor, bgp::State old, bgp::State now,
                    std::string_view why) {
    return {EventKind::StateChanged,
            neighbor.config.name,
            fmt::format("{} -> {}: {}", to_string(old), to_string(now), why),
            {{"from", std::string(to_string(old))}, {"to", std::string(to_string(now))}}};
}

Event established(const Neighbor& neighbor, const net::IpAddress& local) {
    const auto& agreed = neighbor.agreed;
    Event event{EventKind::Established, neighbor.config.name, {}, {}};
    event.text = fmt::format("AS {}, hold time {} s, {}{}", agreed.remote_as,
                             agreed.hold_time.count(), family_list(agreed.families),
                             agreed.graceful_restart() ? ", graceful restart" : "");
    event.details = {{"remoteAs", number(agreed.remote_as)},
                     {"remoteId", to_string(agreed.remote_id)},
                     {"localAddress", local.to_string()},
                     {"peerAddress", neighbor.config.address.to_string()},
                     {"holdTimeSecs", std::int64_t{agreed.hold_time.count()}},
                     {"keepaliveSecs", std::int64_t{agreed.keepalive.count()}},
                     {"families", family_list(agreed.families)},
                     {"fourOctetAs", agreed.four_octet_as},
                     {"routeRefresh", agreed.route_refresh},
                     {"extendedMessages", agreed.extended_messages},
                     {"gracefulRestart", agreed.graceful_restart()}};
    return event;
}

Event session_down(const Neighbor& neighbor, const bgp::DownReason& reason,
                   const RouteCounts& counts) {
    Event event{EventKind::Down, neighbor.config.name, reason.text, {}};
    event.details.emplace_back("cause", std::string(to_string(reason.cause)));
    for (const auto family : bgp::kFamilies)
        if (neighbor.agreed.families.contains(family))
            add_counts(family, counts[family], event.details);
    return event;
}

Event attempt_failed(const Neighbor& neighbor, const bgp::DownReason& reason) {
    return {EventKind::AttemptFailed,
            neighbor.config.name,
            reason.text,
            {{"cause", std::string(to_string(reason.cause))}}};
}

std::optional<Event> notification(const Neighbor& neighbor, const bgp::DownReason& reason) {
    if (!reason.notification) return std::nullopt;
    const auto& sent = *reason.notification;
    const bool received = reason.cause == bgp::DownCause::NotificationReceived;
    Event event{received ? EventKind::NotificationReceived : EventKind::NotificationSent,
                neighbor.config.name, said_in(reason),
                Event::Details{{"code", std::int64_t{static_cast<std::uint8_t>(sent.code)}},
                               {"subcode", std::int64_t{sent.subcode}}}};
    if (!sent.data.empty()) event.details.emplace_back("data", hex(sent.data));
    if (const auto said = shutdown_communication(sent); said && !said->empty())
        event.details.emplace_back("message", *said);
    if (const auto inner = inside_hard_reset(sent))
        event.details.emplace_back("hardReset", describe(*inner));
    if (const auto limit = prefix_limit_data(inside_hard_reset(sent).value_or(sent)))
        event.details.emplace_back("limit", number(limit->limit));
    return event;
}

Event routes_complete(const Neighbor& neighbor, net::Family family,
                      const bgp::NeighborCounts& counts) {
    Event event{EventKind::RoutesComplete, neighbor.config.name, {}, {}};
    event.text =
        fmt::format("it has told all its {} routes: {}", net::to_string(family), counts.received);
    event.details.emplace_back("family", std::string(net::to_string(family)));
    event.details.emplace_back("received", number(counts.received));
    return event;
}

Event limit_event(EventKind kind, const Neighbor& neighbor, const LimitReport& limit) {
    return {kind, neighbor.config.name,
            fmt::format("prefix-limit {} of {} {} prefixes: {}", limit.direction, limit.max,
                        net::to_string(limit.family), limit.what),
            Event::Details{{"family", std::string(net::to_string(limit.family))},
                           {"direction", std::string(limit.direction)},
                           {"limit", number(limit.max)}}};
}

std::optional<Event> bfd_changed(std::string neighbor, const bfd::SessionChange& change,
                                 std::string_view reason) {
    const auto& now = change.transition;
    const bool up = now.to == bfd::State::Up;
    if (!up && now.from != bfd::State::Up) return std::nullopt;
    Event event{up ? EventKind::BfdUp : EventKind::BfdDown, std::move(neighbor),
                up ? "the path carries packets" : std::string(reason),
                Event::Details{{"diagnostic", std::string(to_string(now.diagnostic))},
                               {"remoteDiagnostic", std::string(to_string(now.remote_diagnostic))},
                               {"packetsIn", number(change.counters.packets_in)},
                               {"packetsOut", number(change.counters.packets_out)},
                               {"ups", number(change.counters.ups)},
                               {"downs", number(change.counters.downs)}}};
    if (!up) event.details.emplace_back("administrative", now.administrative);
    if (change.refused)
        event.details.emplace_back("refused", std::string(to_string(*change.refused)));
    return event;
}

Event bfd_refused(std::string neighbor, bfd::Discard reason) {
    return {EventKind::BfdRefused, std::move(neighbor), refusal_words(reason),
            Event::Details{{"reason", std::string(to_string(reason))}}};
}

Event bfd_absent(const Neighbor& neighbor, bfd::State state, std::string_view why) {
    return {EventKind::BfdAbsent, neighbor.config.name,
            fmt::format("BGP is up, and BFD does not come Up: {}", why),
            Event::Details{{"state", std::string(to_string(state))}}};
}

std::optional<Event> gateway_bfd_changed(const std::string& gateway,
                                         const bfd::SessionChange& change,
                                         std::string_view reason) {
    auto event = bfd_changed({}, change, reason);
    if (event) event = of_gateway(gateway, std::move(*event));
    return event;
}

Event gateway_bfd_refused(const std::string& gateway, bfd::Discard reason) {
    return of_gateway(gateway, bfd_refused({}, reason));
}

Event failed_over(const Neighbor* neighbor, std::string text, std::chrono::nanoseconds took) {
    using std::chrono::microseconds;
    const std::int64_t time = std::chrono::duration_cast<microseconds>(took).count();
    return {EventKind::Failover, neighbor ? neighbor->config.name : std::string(), std::move(text),
            Event::Details{{"tookMicroseconds", time}}};
}

Event link_changed(const Neighbor& neighbor, std::string_view missing, std::string_view interface) {
    const bool up = missing.empty();
    Event event{up ? EventKind::LinkUp : EventKind::LinkDown,
                neighbor.config.name,
                std::string(missing),
                {}};
    if (up && interface.empty()) event.text = "its addresses are there";
    if (up && !interface.empty()) event.text = fmt::format("reached by {}", interface);
    if (!interface.empty()) event.details.emplace_back("interface", std::string(interface));
    return event;
}

Event by_operator(EventKind kind, const Neighbor& neighbor, std::string text,
                  const std::optional<control::Client>& by) {
    Event event{kind, neighbor.config.name, std::move(text), {}};
    add_user(by, event);
    return event;
}

Event configured(bool done, std::string text, std::optional<std::uint32_t> user) {
    Event event{done ? EventKind::ConfigurationReloaded : EventKind::ReloadFailed, {}, {}, {}};
    event.text = user ? fmt::format("by {}: {}", user_name(*user), text) : text;
    if (user) event.details.emplace_back("user", number(*user));
    event.details.emplace_back("summary", std::move(text));
    return event;
}

}  // namespace dx::daemon
