#include "daemon/rib_work.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

namespace {

constexpr std::size_t kSlicePrefixes = 4096;  // a few milliseconds
constexpr std::size_t kPrefixesAtOnce = 64;

std::string listed(const std::vector<net::Prefix>& prefixes) {
    std::string text;
    for (const auto& prefix : prefixes)
        text += (text.empty() ? "" : ", ") + prefix.to_string();
    return text.empty() ? "none" : text;
}

}  // namespace

void RibWork::best_path_changed(const bgp::BestPathChange& change) {
    kernel_routes_.change(change, *state_.rib);
}

void RibWork::forwarding_set_retired(bgp::ForwardingSetId set) {
    kernel_routes_.retire(set);
}

bgp::NextHopState RibWork::next_hop_wanted(const bgp::NextHopKey& next_hop) {
    return next_hops_.want(next_hop);
}

void RibWork::next_hop_unwanted(const bgp::NextHopKey& next_hop) {
    next_hops_.unwant(next_hop);
}

void RibWork::output_ready(bgp::NeighborId neighbor) {
    output_ready_.push_back(neighbor);
}

void RibWork::end_of_rib_received(bgp::NeighborId id, net::Family family) {
    auto* neighbor = state_.neighbors.find(id);
    if (neighbor == nullptr) return;
    neighbor->end_of_rib_awaited.erase(family);
    state_.events.publish(routes_complete(*neighbor, family, state_.rib->counts(id, family)));
    if (neighbor->retention.complete(family))
        log().info("neighbor {}: it has told all its {} routes again (graceful restart)",
                   state_.neighbors.label(id), to_string(family));
    log().debug("neighbor {}: End-of-RIB for {}", state_.neighbors.label(id), to_string(family));
}

void RibWork::prefix_limit_exceeded(bgp::NeighborId neighbor, net::Family family, std::uint32_t max,
                                    bool restart) {
    limits_exceeded_.push_back({neighbor, family, max, restart});
}

void RibWork::prefix_limit_in_near(bgp::NeighborId neighbor, net::Family family,
                                   std::uint32_t accepted, std::uint32_t max) {
    log().warn("neighbor {}: {} of {} {} prefixes accepted: near prefix-limit in",
               state_.neighbors.label(neighbor), accepted, max, to_string(family));
    state_.events.publish(
        limit_event(EventKind::PrefixLimitNear, *state_.neighbors.find(neighbor),
                    {family, "in", max, "accepted: " + std::to_string(accepted)}));
}

void RibWork::prefix_limit_out_near(bgp::NeighborId neighbor, net::Family family,
                                    std::uint32_t sent, std::uint32_t max) {
    log().warn("neighbor {}: {} of {} {} prefixes sent: near prefix-limit out",
               state_.neighbors.label(neighbor), sent, max, to_string(family));
    state_.events.publish(limit_event(EventKind::PrefixLimitNear, *state_.neighbors.find(neighbor),
                                      {family, "out", max, "sent: " + std::to_string(sent)}));
}

void RibWork::prefix_limit_out_reached(bgp::NeighborId neighbor, net::Family family,
                                       std::uint32_t max) {
    log().error("neighbor {}: prefix-limit out of {} {} prefixes reached: the rest is held back",
                state_.neighbors.label(neighbor), max, to_string(family));
    state_.events.publish(limit_event(EventKind::PrefixLimitReached,
                                      *state_.neighbors.find(neighbor),
                                      {family, "out", max, "the rest is held back"}));
}

void RibWork::prefix_limit_out_fits(bgp::NeighborId neighbor, net::Family family,
                                    std::uint32_t sent, std::uint32_t max) {
    const auto& to = *state_.neighbors.find(neighbor);
    const bool is_gone = !limit_out(to, family);
    log().info("neighbor {}: all {} {} prefixes {} prefix-limit out of {}{}",
               state_.neighbors.label(neighbor), sent, to_string(family),
               is_gone ? "are sent without the" : "fit into", max, is_gone ? "" : " again");
    state_.events.publish(limit_event(
        EventKind::PrefixLimitFits, to,
        {family, "out", max,
         (is_gone ? "gone, all are sent: " : "all fit again: ") + std::to_string(sent)}));
}

void RibWork::prefix_limit_out_aggregation(bgp::NeighborId neighbor, net::Family family,
                                           const bgp::OutAggregationChange& change) {
    const auto label = state_.neighbors.label(neighbor);
    if (!change.in_use)
        return log().info(
            "neighbor {}: {} {} prefixes fit into prefix-limit out of {} again: they "
            "are sent themselves, and the aggregates withdrawn",
            label, change.wanted, to_string(family), change.max);
    log().warn(
        "neighbor {}: {} {} prefixes do not fit into prefix-limit out of {} beside the "
        "places for aggregates: {} of them are covered by {}",
        label, change.wanted, to_string(family), change.max, change.covered,
        listed(change.aggregates));
    const auto what = "covered by " + listed(change.aggregates);
    if (const auto* known = state_.neighbors.find(neighbor))
        state_.events.publish(
            limit_event(EventKind::PrefixLimitReached, *known, {family, "out", change.max, what}));
}

void RibWork::follow() {
    hooks_.changed();
    for (const auto id : std::exchange(output_ready_, {}))
        if (state_.neighbors.find(id) != nullptr) state_.speaker->wake(id);
    for (const auto& limit : std::exchange(limits_exceeded_, {}))
        enforce(limit);
    if (!kernel_routes_.empty()) state_.fib->apply(kernel_routes_.take());
    if (!state_.rib) return;
    if (state_.rib->has_work()) return schedule_slice();
    hooks_.decided();
    if (!swept_) sweep_when_complete();
}

// What comes alone is on its way to the kernel at once; what else this turn of reading brings is
// decided together. Of a stream no more waits than a slice, so that another neighbor's routes never
// wait behind all of it.
void RibWork::follow_update() {
    bool decided = !slice_scheduled_;
    if (decided) state_.rib->run_slice(kPrefixesAtOnce);
    for (; state_.rib->undecided() >= kSlicePrefixes; decided = true)
        state_.rib->run_slice(kSlicePrefixes);
    if (decided || !limits_exceeded_.empty()) follow();
    schedule_slice();
}

void RibWork::finish() {
    while (state_.rib->run_slice(kSlicePrefixes)) {
    }
    follow();
}

void RibWork::enforce(const LimitExceeded& limit) {
    const auto* neighbor = state_.neighbors.find(limit.neighbor);
    if (neighbor == nullptr) return;
    const std::string what = limit.restart ? "the session ends" : "the excess is discarded";
    log().error("neighbor {}: more than {} {} prefixes: {}", state_.neighbors.label(limit.neighbor),
                limit.max, to_string(limit.family), what);
    state_.events.publish(limit_event(EventKind::PrefixLimitReached, *neighbor,
                                      {limit.family, "in", limit.max, what}));
    if (!limit.restart) return;
    const auto& configured = neighbor->config.prefix_limit.in[limit.family];
    state_.speaker->cease(
        limit.neighbor, bgp::prefix_limit_reached({bgp::AfiSafi::unicast(limit.family), limit.max}),
        configured ? std::optional<std::chrono::milliseconds>(configured->after) : std::nullopt);
}

void RibWork::schedule_slice() {
    if (std::exchange(slice_scheduled_, true)) return;
    boost::asio::post(io_, [this] {
        slice_scheduled_ = false;
        if (!state_.rib) return;
        state_.rib->run_slice(kSlicePrefixes);
        follow();
    });
}

// Once after the start: when all neighbors that are to come up have told all they have, what an
// earlier run left in the kernel and nobody has announced again can go.
void RibWork::sweep_when_complete() {
    for (const auto& neighbor : state_.neighbors.all()) {
        if (neighbor->is_shut_down()) continue;
        if (!neighbor->session || !neighbor->end_of_rib_awaited.empty()) return;
    }
    if (next_hops_.awaits_answers()) return;
    swept_ = true;
    state_.fib->end_of_rib();
}

}  // namespace dx::daemon
