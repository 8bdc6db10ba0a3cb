// The RIB's work in slices, and what comes of it. The RIB's events are told from within its calls,
// where it must not be called: they are collected, and `follow_rib` acts on them.
#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"

namespace dx::daemon {

namespace {

std::string listed(const std::vector<net::Prefix>& prefixes) {
    std::string text;
    for (const auto& prefix : prefixes)
        text += (text.empty() ? "" : ", ") + prefix.to_string();
    return text.empty() ? "none" : text;
}

}  // namespace

void Router::best_path_changed(const bgp::BestPathChange& change) {
    kernel_routes_.change(change, *state_.rib);
}

void Router::forwarding_set_retired(bgp::ForwardingSetId set) {
    kernel_routes_.retire(set);
}

bgp::NextHopState Router::next_hop_wanted(const bgp::NextHopKey& next_hop) {
    return next_hops_.want(next_hop);
}

void Router::next_hop_unwanted(const bgp::NextHopKey& next_hop) {
    next_hops_.unwant(next_hop);
}

void Router::output_ready(bgp::NeighborId neighbor) {
    output_ready_.push_back(neighbor);
}

void Router::end_of_rib_received(bgp::NeighborId id, net::Family family) {
    auto* neighbor = state_.neighbors.find(id);
    if (neighbor == nullptr) return;
    neighbor->end_of_rib_awaited.erase(family);
    state_.events.publish(routes_complete(*neighbor, family, state_.rib->counts(id, family)));
    if (neighbor->retention.complete(family))
        log().info("neighbor {}: it has told all its {} routes again (graceful restart)",
                   state_.neighbors.label(id), to_string(family));
    log().debug("neighbor {}: End-of-RIB for {}", state_.neighbors.label(id), to_string(family));
}

void Router::prefix_limit_exceeded(bgp::NeighborId neighbor, net::Family family, std::uint32_t max,
                                   bool restart) {
    limits_exceeded_.push_back({neighbor, family, max, restart});
}

void Router::prefix_limit_out_near(bgp::NeighborId neighbor, net::Family family, std::uint32_t sent,
                                   std::uint32_t max) {
    log().warn("neighbor {}: {} of {} {} prefixes sent: near prefix-limit out",
               state_.neighbors.label(neighbor), sent, max, to_string(family));
    state_.events.publish(limit_event(EventKind::PrefixLimitNear, *state_.neighbors.find(neighbor),
                                      {family, "out", max, "sent: " + std::to_string(sent)}));
}

void Router::prefix_limit_out_reached(bgp::NeighborId neighbor, net::Family family,
                                      std::uint32_t max) {
    log().error("neighbor {}: prefix-limit out of {} {} prefixes reached: the rest is held back",
                state_.neighbors.label(neighbor), max, to_string(family));
    state_.events.publish(limit_event(EventKind::PrefixLimitReached,
                                      *state_.neighbors.find(neighbor),
                                      {family, "out", max, "the rest is held back"}));
}

void Router::prefix_limit_out_aggregation(bgp::NeighborId neighbor, net::Family family,
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

void Router::follow_rib() {
    status_.changed();
    if (state_.restart.under_way()) follow_restart();
    if (!revival_.empty() && nobody_carries()) revive_all();
    for (const auto id : std::exchange(output_ready_, {}))
        if (state_.neighbors.find(id) != nullptr) state_.speaker->wake(id);
    for (const auto& limit : std::exchange(limits_exceeded_, {}))
        enforce(limit);
    if (!kernel_routes_.empty()) state_.fib->apply(kernel_routes_.take());
    if (!state_.rib) return;
    if (state_.rib->has_work()) return schedule_slice();
    if (!revival_.empty()) revive_complete();
    if (!swept_) sweep_when_complete();
}

// What the peers have told is in the tables and on its way to the kernel.
void Router::revive_complete() {
    for (const auto& neighbor : state_.neighbors.all())
        if (neighbor->session && neighbor->end_of_rib_awaited.empty())
            revival_.complete(neighbor->id);
}

void Router::enforce(const LimitExceeded& limit) {
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

void Router::schedule_slice() {
    if (std::exchange(slice_scheduled_, true)) return;
    boost::asio::post(io_, [this] {
        slice_scheduled_ = false;
        if (!state_.rib) return;
        state_.rib->run_slice(kSlicePrefixes);
        follow_rib();
    });
}

// Once after the start: when all neighbors that are to come up have told all they have, what an
// earlier run left in the kernel and nobody has announced again can go.
void Router::sweep_when_complete() {
    for (const auto& neighbor : state_.neighbors.all()) {
        if (neighbor->is_shut_down()) continue;
        if (!neighbor->session || !neighbor->end_of_rib_awaited.empty()) return;
    }
    if (next_hops_.awaits_answers()) return;
    swept_ = true;
    state_.fib->end_of_rib();
}

}  // namespace dx::daemon
