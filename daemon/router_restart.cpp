// Graceful restart: of neighbors, whose routes stay in use meanwhile (retention.hpp), and our own
// (own_restart.hpp).
#include <algorithm>

#include "daemon/log.hpp"
#include "daemon/router.hpp"
#include "daemon/translate.hpp"

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

// --- Of neighbors.

// Forwarding is told of the loss unless something is kept: then the traffic goes on as it is. A
// veto would hold for all of the neighbor, so that where one of two families is kept, the other's
// routes go by the tables alone.
bgp::Families Router::keep_routes(Neighbor& neighbor, const bgp::DownReason& reason) {
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
    tell_forwarding(neighbor);
    arm_retention();
    return families;
}

void Router::note_kept(const Neighbor& neighbor) const {
    for (const auto family : bgp::kFamilies) {
        const auto& kept = neighbor.retention.of(family);
        if (!kept) continue;
        log().warn("neighbor {}: {} kept in use, {} s to come back (graceful restart)",
                   state_.neighbors.label(neighbor.id),
                   count_of_routes(received(state_, neighbor.id, family), family),
                   kept->lasts.count());
    }
}

// There is a session again, and its epoch is still that of the one before.
void Router::resume(Neighbor& neighbor) {
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
    tell_forwarding(neighbor);
    arm_retention();
}

// Whatever it was waited for will not come: its link is gone, or the operator wants it anew.
void Router::give_up(Neighbor& neighbor, std::string_view why) {
    if (neighbor.session || !neighbor.retention.any()) return;
    log().warn("neighbor {}: {}: its routes are not kept any longer",
               state_.neighbors.label(neighbor.id), why);
    neighbor.retention.end();
    state_.fib->neighbor_down(tag_of(neighbor.id), neighbor.epoch);
    for (const auto family : bgp::kFamilies)
        state_.rib->drop_stale(neighbor.id, family);
    arm_retention();
    follow_rib();
}

// What was kept is lost to a failure, which is the circuit's.
void Router::lose_kept(Neighbor& neighbor, std::string_view why) {
    if (neighbor.session || !neighbor.retention.any()) return;
    neighbor.flaps.failed(Clock::now());
    give_up(neighbor, why);
}

// One timer for all: it is set anew whenever what is kept has changed.
void Router::arm_retention() {
    std::optional<Clock::time_point> next;
    for (const auto& neighbor : state_.neighbors.all())
        if (const auto due = neighbor->retention.next()) next = std::min(next.value_or(*due), *due);
    retention_timer_.cancel();
    if (!next) return;
    retention_timer_.expires_at(*next);
    retention_timer_.async_wait([this](boost::system::error_code error) {
        if (!error && !stopping_) advance_retention();
    });
}

void Router::advance_retention() {
    for (const auto& neighbor : state_.neighbors.all())
        for (const auto& ended : neighbor->retention.advance(Clock::now()))
            end_phase(*neighbor, ended);
    arm_retention();
    follow_rib();
}

void Router::end_phase(Neighbor& neighbor, const Retention::Ended& ended) {
    const auto label = state_.neighbors.label(neighbor.id);
    const auto family = ended.family;
    if (ended.now) {
        log().warn(
            "neighbor {}: not back after {} s: {} kept as the last choice for {} s "
            "(long-lived graceful restart)",
            label, ended.was.lasts.count(),
            count_of_routes(received(state_, neighbor.id, family), family),
            ended.now->lasts.count());
        tell_forwarding(neighbor);
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
    tell_forwarding(neighbor);
    state_.rib->drop_stale(neighbor.id, family);
}

// --- Our own.

bgp::NeighborSettings Router::settings_of(const Neighbor& neighbor) const {
    auto settings = session_settings(state_.config, neighbor, *state_.router_id);
    settings.peer.graceful_restart = announced_restart(neighbor, state_.restart);
    return settings;
}

// The kernel's routes have been read: if some are ours, forwarding went on without us.
void Router::find_out_what_was_kept() {
    const auto families = restartable_families(state_.config);
    if (families.empty()) return begin();
    state_.fib->stats([this, families](const netlink::FibStats& stats) {
        state_.restart.began = Clock::now();
        state_.restart.forwarding_kept = stats.fib.total().stale > 0;
        if (state_.restart.forwarding_kept) defer_selection(families);
        begin();
    });
}

void Router::defer_selection(bgp::Families families) {
    const auto at_most = selection_deferral(state_.config);
    log().info(
        "graceful restart: {} s at most until the neighbors have told their routes; the "
        "kernel's stay meanwhile",
        std::chrono::duration<double>(at_most).count());
    state_.restart.held = families;
    restart_timer_.expires_after(at_most);
    restart_timer_.async_wait([this](boost::system::error_code error) {
        if (error || stopping_) return;
        select_for(state_.restart.held);
        follow_rib();
    });
}

// Lets routes be chosen where everybody that is waited for has told all.
void Router::follow_restart() {
    if (next_hops_.awaits_answers()) return;  // what they are for would not be chosen
    bgp::Families complete;
    for (const auto family : bgp::kFamilies) {
        const bool awaited = std::ranges::any_of(
            state_.neighbors.all(), [&](const auto& each) { return is_awaited(*each, family); });
        if (state_.restart.held.contains(family) && !awaited) complete.insert(family);
    }
    select_for(complete);
}

void Router::select_for(bgp::Families families) {
    if (families.empty()) return;
    auto& restart = state_.restart;
    for (const auto family : bgp::kFamilies) {
        if (!families.contains(family)) continue;
        std::string missing;
        for (const auto& neighbor : state_.neighbors.all())
            if (is_awaited(*neighbor, family))
                missing += (missing.empty() ? ", without " : ", ") + neighbor->config.name;
        const std::chrono::duration<double> took = Clock::now() - restart.began;
        log().log(missing.empty() ? spdlog::level::info : spdlog::level::warn,
                  "graceful restart: {} routes are chosen after {:.1f} s{}", to_string(family),
                  took.count(), missing);
        restart.held.erase(family);
        if (state_.rib) state_.rib->release(family);
    }
    if (restart.under_way()) return;
    restart_timer_.cancel();
    if (!state_.speaker) return;
    for (const auto& neighbor : state_.neighbors.all())
        announce_anew(*neighbor);
}

// The next OPEN is to say something else of our restart than the last one.
void Router::announce_anew(const Neighbor& neighbor) {
    if (neighbor.config.graceful_restart.mode == config::GracefulRestart::Mode::Full)
        state_.speaker->update_neighbor(neighbor.id, settings_of(neighbor));
}

void Router::leave_those_who_wait() {
    for (const auto& neighbor : state_.neighbors.all()) {
        if (!waits_for_our_return(*neighbor, state_.config)) continue;
        log().info(
            "neighbor {}: left without a NOTIFICATION: it keeps our routes for {} s "
            "(graceful restart)",
            state_.neighbors.label(neighbor->id),
            neighbor->agreed.sent.capabilities.graceful_restart->restart_time.count());
        state_.speaker->leave(neighbor->id);
    }
}

}  // namespace dx::daemon
