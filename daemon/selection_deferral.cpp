#include "daemon/selection_deferral.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "daemon/log.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

using Clock = RouterState::Clock;

void SelectionDeferral::find_out_what_was_kept(std::function<void()> begin) {
    const auto families = restartable_families(state_.config);
    if (families.empty()) return begin();
    state_.fib->stats([this, families, begin = std::move(begin)](const netlink::FibStats& stats) {
        state_.restart.began = Clock::now();
        state_.restart.forwarding_kept = stats.fib.total().stale > 0;
        if (state_.restart.forwarding_kept) defer(families);
        begin();
    });
}

void SelectionDeferral::defer(bgp::Families families) {
    const auto at_most = selection_deferral(state_.config);
    log().info(
        "graceful restart: {} s at most until the neighbors have told their routes; the "
        "kernel's stay meanwhile",
        std::chrono::duration<double>(at_most).count());
    state_.restart.held = families;
    timer_.expires_after(at_most);
    timer_.async_wait([this](boost::system::error_code error) {
        if (error || state_.stopping) return;
        end();
        rib_work_.follow();
    });
}

void SelectionDeferral::select_complete() {
    if (next_hops_.awaits_answers()) return;  // what they are for would not be chosen
    bgp::Families complete;
    for (const auto family : bgp::kFamilies) {
        const bool awaited = std::ranges::any_of(
            state_.neighbors.all(), [&](const auto& each) { return is_awaited(*each, family); });
        if (state_.restart.held.contains(family) && !awaited) complete.insert(family);
    }
    select(complete);
}

void SelectionDeferral::end() {
    select(state_.restart.held);
}

void SelectionDeferral::select(bgp::Families families) {
    if (families.empty()) return;
    auto& restart = state_.restart;
    for (const auto family : bgp::kFamilies) {
        if (!families.contains(family)) continue;
        note_selection(family);
        restart.held.erase(family);
        if (state_.rib) state_.rib->release(family);
    }
    if (restart.under_way()) return;
    timer_.cancel();
    if (!state_.speaker) return;
    for (const auto& neighbor : state_.neighbors.all())
        announce_anew(*neighbor);
}

void SelectionDeferral::note_selection(net::Family family) const {
    std::string missing;
    for (const auto& neighbor : state_.neighbors.all())
        if (is_awaited(*neighbor, family))
            missing += (missing.empty() ? ", without " : ", ") + neighbor->config.name;
    const std::chrono::duration<double> took = Clock::now() - state_.restart.began;
    log().log(missing.empty() ? LogLevel::Info : LogLevel::Warning,
              "graceful restart: {} routes are chosen after {:.1f} s{}", to_string(family),
              took.count(), missing);
}

void SelectionDeferral::announce_anew(const Neighbor& neighbor) {
    if (neighbor.config.graceful_restart.mode == config::GracefulRestart::Mode::Full)
        tell_speaker(state_, neighbor);
}

void SelectionDeferral::leave_those_who_wait() {
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
