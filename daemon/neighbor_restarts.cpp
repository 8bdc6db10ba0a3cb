#include "daemon/neighbor_restarts.hpp"

#include <algorithm>

#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"
#include "daemon/tell.hpp"

namespace dx::daemon {

namespace {

using Clock = RouterState::Clock;

std::uint32_t received(const RouterState& state, bgp::NeighborId id, net::Family family) {
    return state.rib->counts(id, family).received;
}

std::string count_of_routes(std::uint32_t count, net::Family family) {
    return fmt::format("{} {} route{}", count, to_string(family), count == 1 ? "" : "s");
}

std::vector<bgp::KeptFamily> kept_families(const Neighbor& neighbor,
                                           const bgp::DownReason& reason) {
    return bgp::kept_families(neighbor.agreed, reason,
                              neighbor.config.graceful_restart.long_lived_stale_time);
}

}  // namespace

// Forwarding is told of the loss unless something is kept: then the traffic goes on as it is. A
// veto would hold for all of the neighbor, so that where one of two families is kept, the other's
// routes go by the tables alone.
bgp::Families NeighborRestarts::keep(Neighbor& neighbor, const bgp::DownReason& reason) {
    advance(neighbor);  // what was over is over, also if its timer has not been heard yet
    bgp::Families told;
    for (const auto family : bgp::kFamilies) {
        const auto counts = state_.rib->counts(neighbor.id, family);
        if (counts.received > counts.stale) told.insert(family);
    }
    const auto families =
        neighbor.retention.begin(kept_families(neighbor, reason), told, Clock::now());
    if (families.empty())
        state_.fib->neighbor_down(tag_of(neighbor.id), neighbor.epoch);
    else
        state_.bfd->follow_session(neighbor);
    tell_forwarding(state_, neighbor);
    arm();
    return families;
}

void NeighborRestarts::note_kept(const Neighbor& neighbor) const {
    for (const auto family : bgp::kFamilies) {
        const auto& kept = neighbor.retention.of(family);
        if (!kept) continue;
        log().warn("neighbor {}: {} {}", state_.neighbors.label(neighbor.id),
                   count_of_routes(received(state_, neighbor.id, family), family),
                   to_string(*kept, Clock::now()));
    }
}

void NeighborRestarts::resume(Neighbor& neighbor) {
    if (!neighbor.retention.any()) return;
    const auto label = state_.neighbors.label(neighbor.id);
    const auto stale_time = neighbor.config.graceful_restart.stale_time;
    for (const auto family : neighbor.retention.resume(neighbor.agreed, Clock::now(), stale_time)) {
        log().warn("neighbor {}: back without having forwarded: {} from before removed", label,
                   count_of_routes(received(state_, neighbor.id, family), family));
        state_.rib->drop_stale(neighbor.id, family);
    }
    if (neighbor.retention.any())
        log().info(
            "neighbor {}: back in time: its routes stay in use while it tells them "
            "again (graceful restart)",
            label);
    else
        state_.fib->neighbor_down(tag_of(neighbor.id), neighbor.epoch);
    tell_forwarding(state_, neighbor);
    arm();
}

void NeighborRestarts::give_up(Neighbor& neighbor, std::string_view why) {
    if (neighbor.session || !neighbor.retention.any()) return;
    log().warn("neighbor {}: {}: its routes are not kept any longer",
               state_.neighbors.label(neighbor.id), why);
    neighbor.retention.end();
    state_.fib->neighbor_down(tag_of(neighbor.id), neighbor.epoch);
    for (const auto family : bgp::kFamilies)
        state_.rib->drop_stale(neighbor.id, family);
    arm();
    rib_work_.follow();
}

void NeighborRestarts::lose(Neighbor& neighbor, std::string_view why) {
    if (neighbor.session || !neighbor.retention.any()) return;
    neighbor.flaps.failed(Clock::now());
    give_up(neighbor, why);
}

// One timer for all: it is set anew whenever what is kept has changed.
void NeighborRestarts::arm() {
    std::optional<Clock::time_point> next;
    for (const auto& neighbor : state_.neighbors.all())
        if (const auto due = neighbor->retention.next()) next = std::min(next.value_or(*due), *due);
    timer_.cancel();
    if (!next) return;
    timer_.expires_at(*next);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error && !state_.stopping) advance();
    });
}

void NeighborRestarts::advance() {
    for (const auto& neighbor : state_.neighbors.all())
        advance(*neighbor);
    arm();
    rib_work_.follow();
}

void NeighborRestarts::advance(Neighbor& neighbor) {
    for (const auto& ended : neighbor.retention.advance(Clock::now()))
        end_phase(neighbor, ended);
}

void NeighborRestarts::end_phase(Neighbor& neighbor, const Retention::Ended& ended) {
    const auto label = state_.neighbors.label(neighbor.id);
    const auto family = ended.family;
    if (ended.now) {
        log().warn(
            "neighbor {}: not back after {} s: {} kept as the last choice for {} s "
            "(long-lived graceful restart)",
            label, ended.was.lasts.count(),
            count_of_routes(received(state_, neighbor.id, family), family),
            ended.now->lasts.count());
        tell_forwarding(state_, neighbor);
        return state_.rib->long_lived_stale(neighbor.id, family);
    }
    const auto stale = count_of_routes(state_.rib->counts(neighbor.id, family).stale, family);
    if (ended.was.phase == Retention::Phase::Back)
        log().warn("neighbor {}: no End-of-RIB {} s after it came back: {} from before removed",
                   label, ended.was.lasts.count(), stale);
    else
        log().warn("neighbor {}: not back after {} s: {} removed", label, ended.was.lasts.count(),
                   stale);
    if (!neighbor.session && !neighbor.retention.any()) {
        neighbor.flaps.failed(Clock::now());
        state_.fib->neighbor_down(tag_of(neighbor.id), neighbor.epoch);
    }
    tell_forwarding(state_, neighbor);
    state_.rib->drop_stale(neighbor.id, family);
}

}  // namespace dx::daemon
