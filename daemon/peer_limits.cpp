#include "daemon/peer_limits.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/chrono.h>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

namespace json = boost::json;

namespace {

using Clock = std::chrono::system_clock;

std::string family_name(const bgp::AfiSafi& afi_safi) {
    if (const auto family = afi_safi.family()) return std::string(net::to_string(*family));
    return fmt::format("of AFI {}, SAFI {}", afi_safi.afi, afi_safi.safi);
}

net::Family family_named(std::string_view name) {
    for (const auto family : bgp::kFamilies)
        if (net::to_string(family) == name) return family;
    throw std::invalid_argument("no such family");
}

}  // namespace

bool is_prefix_limit(const bgp::Notification& notification) {
    const auto said = bgp::inside_hard_reset(notification).value_or(notification);
    return said.code == bgp::ErrorCode::Cease &&
           said.subcode == static_cast<std::uint8_t>(bgp::CeaseReason::MaximumPrefixesReached);
}

PeerLimits::PeerLimits(boost::asio::io_context& io, Disk& disk, RouterState& state, Hooks hooks,
                       StateRecord::Report report, std::chrono::milliseconds retry)
    : state_(state),
      hooks_(std::move(hooks)),
      record_(io, disk, state.files.state / "peer-limits.json",
              {"a neighbor may end its session once more at as many prefixes as it takes",
               "a restart may send a neighbor more than it takes"},
              std::move(report), retry) {}

bool PeerLimits::Told::is_of(const config::Neighbor& other) const {
    return neighbor == other.name && ground == peer_limit_ground(other, family);
}

bool PeerLimits::Told::is_of_the_same(const Told& other) const {
    return neighbor == other.neighbor && family == other.family && ground == other.ground;
}

void PeerLimits::load() {
    record_.load([this](const std::string& text) { read(text); });
}

void PeerLimits::read(const std::string& text) {
    std::vector<Told> found;
    const auto parsed = json::parse(text);
    for (const auto& each : parsed.at("limits").as_array()) {
        const auto& entry = each.as_object();
        auto& one = found.emplace_back();
        one.neighbor = json::value_to<std::string>(entry.at("neighbor"));
        one.ground.address = json::value_to<std::string>(entry.at("address"));
        one.ground.remote_as = json::value_to<std::uint32_t>(entry.at("remoteAs"));
        one.family = family_named(json::value_to<std::string>(entry.at("family")));
        if (!entry.at("configured").is_null())
            one.ground.configured = json::value_to<std::uint32_t>(entry.at("configured"));
        one.limit.max = json::value_to<std::uint32_t>(entry.at("max"));
        one.limit.said = Clock::from_time_t(json::value_to<std::time_t>(entry.at("said")));
    }
    told_ = std::move(found);
}

std::string PeerLimits::written() const {
    if (told_.empty()) return {};
    json::array limits;
    for (const auto& one : told_) {
        json::value configured;
        if (one.ground.configured) configured = *one.ground.configured;
        limits.push_back(json::object{{"neighbor", one.neighbor},
                                      {"address", one.ground.address},
                                      {"remoteAs", one.ground.remote_as},
                                      {"family", std::string(net::to_string(one.family))},
                                      {"configured", configured},
                                      {"max", one.limit.max},
                                      {"said", Clock::to_time_t(one.limit.said)}});
    }
    return json::serialize(json::object{{"limits", std::move(limits)}}) + '\n';
}

void PeerLimits::take_up(Neighbor& neighbor) {
    for (const auto& one : told_) {
        if (!one.is_of(neighbor.config) || neighbor.taken_at_most[one.family]) continue;
        neighbor.taken_at_most[one.family] = one.limit;
        log().info("neighbor {}: it takes {} {} prefixes, as it said on {:%Y-%m-%d %H:%M:%S}",
                   state_.neighbors.label(neighbor.id), one.limit.max, net::to_string(one.family),
                   fmt::localtime(Clock::to_time_t(one.limit.said)));
    }
}

bool PeerLimits::follow(Neighbor& neighbor, const config::Neighbor& before) {
    const auto sent_too_many = neighbor.sent_too_many;
    const bool none_sent = !std::ranges::any_of(
        bgp::kFamilies, [&](auto family) { return sent_too_many[family].has_value(); });
    bool waited = false;
    for (const auto family : bgp::kFamilies) {
        if (peer_limit_ground(before, family) == peer_limit_ground(neighbor.config, family))
            continue;
        neighbor.taken_at_most[family].reset();
        neighbor.sent_too_many[family].reset();
        const bool concerned = none_sent || sent_too_many[family];
        if (concerned && std::exchange(neighbor.unhelpful_limits, 0) > 0) waited = true;
    }
    take_up(neighbor);
    return waited;
}

void PeerLimits::ended(Neighbor& neighbor, const bgp::Notification& notification,
                       const bgp::PerFamily<std::uint32_t>& sent) {
    if (!is_prefix_limit(notification)) return;
    const auto said = bgp::inside_hard_reset(notification).value_or(notification);
    const auto limit = bgp::prefix_limit_data(said);
    const auto family = limit ? limit->afi_safi.family() : std::nullopt;
    if (family) obey(neighbor, *family, limit->limit);
    if (!family || sent[*family] <= limit->limit) back_off(neighbor, sent, limit);
}

// Obeying changes nothing of what a next session is sent, and it would end as well, as long as
// nobody changes anything. But where a limit that we keep was named, our withdrawal may have
// crossed the NOTIFICATION: then the next session stays, so one is tried without a wait.
void PeerLimits::back_off(Neighbor& neighbor, const bgp::PerFamily<std::uint32_t>& sent,
                          const std::optional<bgp::PrefixLimitData>& said) {
    const auto now = std::chrono::steady_clock::now();
    if (now - neighbor.unhelpful_limit_at > 2 * kLongestWait) neighbor.unhelpful_limits = 0;
    neighbor.unhelpful_limit_at = now;
    const bool may_have_crossed = said && said->afi_safi.family();
    const auto turn = neighbor.unhelpful_limits++ + (may_have_crossed ? 0 : 1);
    if (turn == 0) return;

    std::string words;
    for (const auto family : bgp::kFamilies) {
        if (sent[family] == 0) continue;
        neighbor.sent_too_many[family] = sent[family];
        words += fmt::format("{}{} {}", words.empty() ? "" : " and ", sent[family],
                             net::to_string(family));
    }
    const auto doubled = kFirstWait * (1 << std::min(turn - 1, 4U));
    const auto wait = std::min<std::chrono::minutes>(doubled, kLongestWait);
    const auto why = fmt::format(
        "{}, and {}",
        words.empty() ? "the peer finds too many prefixes, though it was sent none"
                      : "the peer takes fewer than the " + words + " prefixes that it was sent",
        said ? fmt::format("named a limit of {} {}", said->limit, family_name(said->afi_safi))
             : "did not say how many");
    log().error("neighbor {}: {}: the next session in {} min, or when it is cleared",
                state_.neighbors.label(neighbor.id), why, wait.count());
    hooks_.hold_down(neighbor, wait, why);
}

void PeerLimits::obey(Neighbor& neighbor, net::Family family, std::uint32_t limit) {
    neighbor.taken_at_most[family] = PeerLimit{limit, Clock::now()};
    log().error(
        "neighbor {}: it takes {} {} prefixes: no more are sent until prefix-limit is changed or "
        "the neighbor cleared",
        state_.neighbors.label(neighbor.id), limit, net::to_string(family));
    state_.events.publish(limit_event(EventKind::PrefixLimitReached, neighbor,
                                      {family, "out", limit, "the neighbor takes no more"}));
    hooks_.limit_differs(neighbor);
    note();
}

void PeerLimits::forget(Neighbor& neighbor) {
    neighbor.taken_at_most = {};
    neighbor.sent_too_many = {};
    neighbor.unhelpful_limits = 0;
    std::erase_if(told_, [&](const Told& one) { return one.neighbor == neighbor.config.name; });
    note();
}

void PeerLimits::note() {
    const auto before = std::exchange(told_, {});
    for (const auto& neighbor : state_.neighbors.all())
        for (const auto family : bgp::kFamilies)
            if (const auto& limit = neighbor->taken_at_most[family])
                told_.push_back({neighbor->config.name, family,
                                 peer_limit_ground(neighbor->config, family), *limit});
    const auto is_known = [this](const Told& one) {
        return std::ranges::any_of(told_, [&](const Told& now) { return now.is_of_the_same(one); });
    };
    if (state_.last_reload.on_trial)
        std::ranges::copy_if(before, std::back_inserter(told_), std::not_fn(is_known));
    record_.keep(written());
}

}  // namespace dx::daemon
