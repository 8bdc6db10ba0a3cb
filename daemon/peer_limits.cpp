#include "daemon/peer_limits.hpp"

#include <algorithm>
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
#include "daemon/tell.hpp"

namespace dx::daemon {

namespace json = boost::json;

namespace {

using Clock = std::chrono::system_clock;

std::string address_of(const config::Neighbor& config) {
    return config.address.to_string() + (config.interface.empty() ? "" : "%" + config.interface);
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

PeerLimits::PeerLimits(boost::asio::io_context& io, Disk& disk, RouterState& state,
                       StateRecord::Report report, std::chrono::milliseconds retry)
    : state_(state),
      record_(io, disk, state.files.state / "peer-limits.json",
              {"a neighbor may end its session once more at as many prefixes as it takes",
               "a restart may send a neighbor more than it takes"},
              std::move(report), retry) {}

bool PeerLimits::Told::is_of(const Neighbor& other) const {
    const auto same = told(other, family, limit);
    return neighbor == same.neighbor && address == same.address && remote_as == same.remote_as &&
           configured == same.configured;
}

PeerLimits::Told PeerLimits::told(const Neighbor& neighbor, net::Family family,
                                  const PeerLimit& limit) {
    const auto& config = neighbor.config;
    const auto& out = config.prefix_limit.out[family];
    return {config.name,
            address_of(config),
            config.remote_as,
            family,
            out ? std::optional(out->max) : std::nullopt,
            limit};
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
        one.address = json::value_to<std::string>(entry.at("address"));
        one.remote_as = json::value_to<std::uint32_t>(entry.at("remoteAs"));
        one.family = family_named(json::value_to<std::string>(entry.at("family")));
        if (!entry.at("configured").is_null())
            one.configured = json::value_to<std::uint32_t>(entry.at("configured"));
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
        if (one.configured) configured = *one.configured;
        limits.push_back(json::object{{"neighbor", one.neighbor},
                                      {"address", one.address},
                                      {"remoteAs", one.remote_as},
                                      {"family", std::string(net::to_string(one.family))},
                                      {"configured", configured},
                                      {"max", one.limit.max},
                                      {"said", Clock::to_time_t(one.limit.said)}});
    }
    return json::serialize(json::object{{"limits", std::move(limits)}}) + '\n';
}

void PeerLimits::take_up(Neighbor& added) {
    for (const auto& one : told_) {
        if (!one.is_of(added)) continue;
        added.taken_at_most[one.family] = one.limit;
        log().info("neighbor {}: it takes {} {} prefixes, as it said on {:%Y-%m-%d %H:%M:%S}",
                   state_.neighbors.label(added.id), one.limit.max, net::to_string(one.family),
                   fmt::localtime(Clock::to_time_t(one.limit.said)));
    }
}

void PeerLimits::ended(Neighbor& neighbor, const bgp::Notification& notification,
                       const bgp::PerFamily<std::uint32_t>& sent) {
    if (!is_prefix_limit(notification)) return;
    const auto said = bgp::inside_hard_reset(notification).value_or(notification);
    if (const auto limit = bgp::prefix_limit_data(said)) return obey(neighbor, *limit);
    back_off(neighbor, sent);
}

// It may be less than what was sent by any number: there is nothing to obey. What a next session
// is sent it would end as well, as long as nobody changes anything.
void PeerLimits::back_off(Neighbor& neighbor, const bgp::PerFamily<std::uint32_t>& sent) {
    std::string words;
    for (const auto family : bgp::kFamilies) {
        if (sent[family] == 0) continue;
        neighbor.sent_too_many[family] = sent[family];
        words += fmt::format("{}{} {}", words.empty() ? "" : " and ", sent[family],
                             net::to_string(family));
    }
    const auto doubled = kFirstWait * (1 << std::min(neighbor.unnamed_limits++, 4U));
    const auto wait = std::min<std::chrono::minutes>(doubled, kLongestWait);
    const auto why = fmt::format(
        "the peer takes fewer than the {} prefixes that it was sent, and did not say how many",
        words.empty() ? "0" : words);
    log().error("neighbor {}: {}: the next session in {} min, or when it is cleared",
                state_.neighbors.label(neighbor.id), why, wait.count());
    state_.speaker->hold_down(neighbor.id, wait, why);
}

void PeerLimits::obey(Neighbor& neighbor, const bgp::PrefixLimitData& limit) {
    const auto family = limit.afi_safi.family();
    if (!family) return;
    neighbor.taken_at_most[*family] = PeerLimit{limit.limit, Clock::now()};
    log().error(
        "neighbor {}: it takes {} {} prefixes: no more are sent until prefix-limit is changed or "
        "the neighbor cleared",
        state_.neighbors.label(neighbor.id), limit.limit, to_string(*family));
    state_.events.publish(limit_event(EventKind::PrefixLimitReached, neighbor,
                                      {*family, "out", limit.limit, "the neighbor takes no more"}));
    tell_rib(state_, neighbor);
    note();
}

void PeerLimits::forget(Neighbor& neighbor) {
    neighbor.taken_at_most = {};
    neighbor.sent_too_many = {};
    neighbor.unnamed_limits = 0;
    note();
}

void PeerLimits::note() {
    told_.clear();
    for (const auto& neighbor : state_.neighbors.all())
        for (const auto family : bgp::kFamilies)
            if (const auto& limit = neighbor->taken_at_most[family])
                told_.push_back(told(*neighbor, family, *limit));
    record_.keep(written());
}

}  // namespace dx::daemon
