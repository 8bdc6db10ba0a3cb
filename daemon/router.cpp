// Start and stop. How the parts hang together is in router_parts.cpp, what forwarding reports in
// router_fib.cpp.
#include "daemon/router.hpp"

#include <utility>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/translate.hpp"
#include "daemon/version.hpp"

namespace dx::daemon {

void Router::start(const Recovery& recovery, std::function<void()> on_stopped) {
    on_stopped_ = std::move(on_stopped);
    log().info("dxrouted {} starts with {}", kVersion, state_.files.config);
    open_journal();
    if (!recovery.note.empty())
        state_.events.publish(configured(!recovery.failed, recovery.note, std::nullopt));
    warn_of_host_settings(state_.config);
    static_routes_.configure();
    control_sockets_.open();
    start_watchdog();
}

void Router::start_watchdog() {
    const auto timeout = service_manager::watchdog_timeout();
    if (!timeout) return;
    watchdog_.emplace(io_, *timeout,
                      std::vector<Watchdog::Thread>{
                          {"fib",
                           [this](auto answer) {
                               state_.fib->progress([answer](netlink::FibProgress) { answer(); });
                           }},
                          {"bfd", [this](auto answer) { state_.bfd->answer(std::move(answer)); }},
                      },
                      Watchdog::Handlers{service_manager::alive,
                                         [](const std::string& text) { log().error("{}", text); }});
    watchdog_->start();
}

void Router::open_journal() {
    journal_.load(state_.neighbors.names());
    const auto* const before =
        journal_.last_run_ended() ? "" : "; the run before ended without a word";
    state_.events.publish(
        {EventKind::Started, {}, fmt::format("dxrouted {}{}", kVersion, before), {}});
    drains_.tell_restored();
}

void Router::reload() {
    config_changes_.reload(std::nullopt, [](const control::CommandResult&) {});
}

void Router::begin() {
    state_.fib_ready = true;
    bgp_.start();
    static_routes_.follow_links();
}

void Router::follow_interfaces() {
    if (!state_.fib_ready || state_.stopping) return;
    status_.changed();  // links take static routes with them
    if (state_.speaker)
        attachments_.follow_all();
    else
        bgp_.start();  // it may have waited for an address to take as router id
    static_routes_.follow_links();
}

void Router::announce_ready() {
    const bool waits = !state_.router_id;
    if (!std::exchange(waiting_for_router_id_, waits) && waits)
        log().warn("waiting for an IPv4 address to take as router id (router.router-id sets one)");
    if (!std::exchange(ready_, true)) log().info("ready");
    service_manager::ready();  // also what ends a reload
    status_.tell();
}

void Router::stop(std::string_view why, std::optional<config::FibSettings::OnStop> routes) {
    using OnStop = config::FibSettings::OnStop;
    if (std::exchange(state_.stopping, true)) return;
    if (routes) {
        state_.config.fib.on_stop = *routes;
        state_.fib->configure(fib_settings(state_.config));
    }
    const bool keeps = state_.config.fib.on_stop == OnStop::Keep;
    log().info("stopping: {}; the kernel's routes {}", why, keeps ? "stay" : "go");
    status_.stop();
    state_.events.publish({EventKind::Stopped, {}, std::string(why), {}});
    service_manager::stopping("ending the sessions");
    control_sockets_.stop();
    state_.bfd->remove_all();
    state_.tracking->remove_all();
    config_changes_.stop();
    neighbor_restarts_.stop();
    selection_deferral_.stop();
    drain_record_.stop();
    metric_record_.stop();
    peer_limits_.stop();
    end_sessions(routes == OnStop::Keep, [this] {
        state_.fib->stop([this] {
            log().info("stopped");
            on_stopped_();
        });
    });
}

void Router::end_sessions(bool come_back, std::function<void()> done) {
    if (!state_.speaker) return done();
    selection_deferral_.leave_those_who_wait();
    if (come_back)
        state_.speaker->stop(bgp::CeaseReason::AdministrativeReset,
                             "dxrouted is restarting, back in a moment", std::move(done));
    else
        state_.speaker->stop(bgp::CeaseReason::AdministrativeShutdown, "dxrouted is stopping",
                             std::move(done));
}

}  // namespace dx::daemon
