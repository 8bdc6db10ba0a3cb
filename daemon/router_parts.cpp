// How the router's parts hang together: what each gets of the others, and what it is called back
// for.
#include <utility>

#include "daemon/event_reports.hpp"
#include "daemon/hook_thread.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

void tell_of_journal(bool trouble, const std::string& text) {
    log().log(trouble ? LogLevel::Warning : LogLevel::Info, "journal: {}{}", text,
              trouble ? "; the history is kept in memory until it can be written" : "");
}

netlink::FibServiceConfig first_fib_settings(const RouterState& state) {
    auto settings = fib_settings(state.config);
    settings.fib.former_metrics = noted_metrics(state.files.state);
    return settings;
}

StateRecord::Report tell_of(const char* what) {
    return [what](bool trouble, const std::string& text) {
        log().log(trouble ? LogLevel::Error : LogLevel::Info, "{}: {}", what, text);
    };
}

}  // namespace

Router::Router(boost::asio::io_context& io, Files files, config::Config config,
               std::string config_text)
    : io_(io),
      state_{std::move(files), std::move(config),
             std::make_unique<netlink::FibService>(first_fib_settings(state_), io,
                                                   static_cast<netlink::FibEvents&>(*this))},
      disk_(io),
      journal_(state_.events, disk_, std::make_shared<JournalFile>(state_.files.state),
               tell_of_journal),
      status_(io, [this](auto answer) { gather_service_facts(state_, std::move(answer)); }),
      next_hops_(state_.neighbors, *state_.fib),
      local_routes_(*state_.fib),
      static_routes_(state_, [this] { status_.changed(); }),
      change_effects_(io, state_.rib, state_.neighbors),
      rib_work_(io, state_, next_hops_, hooks_of_rib_work()),
      revivals_(io, state_.neighbors, hooks_of_revivals()),
      neighbor_restarts_(io, state_, rib_work_),
      selection_deferral_(io, state_, next_hops_, rib_work_),
      bfd_absences_(io, state_),
      attachments_(state_, next_hops_, neighbor_restarts_, bfd_absences_),
      bfd_reports_(state_, neighbor_restarts_, attachments_, rib_work_),
      drills_(io, state_, revivals_, hooks_of_drills()),
      metric_record_(io, disk_, state_.files.state, tell_of("the metrics of our routes")),
      peer_limits_(io, disk_, state_, hooks_of_peer_limits(), tell_of("the neighbors' limits")),
      session_reports_(state_, {next_hops_, rib_work_, revivals_, neighbor_restarts_,
                                selection_deferral_, drills_, bfd_absences_, peer_limits_}),
      bgp_(io, state_,
           {session_reports_, next_hops_, local_routes_, rib_work_, revivals_, neighbor_restarts_,
            selection_deferral_, attachments_, drills_, change_effects_},
           {[this](Neighbor& neighbor) {
                drains_.take_up(neighbor);
                peer_limits_.take_up(neighbor);
            },
            [this] { announce_ready(); }}),
      drain_record_(io, disk_, state_.files.state, tell_of("drains")),
      drains_(io, state_, revivals_, drills_, hooks_of_drains()),
      clears_(state_, neighbor_restarts_, peer_limits_, rib_work_),
      config_changes_(io, disk_, state_.files, std::move(config_text), hooks_of_changes()),
      control_sockets_(state_,
                       {state_, next_hops_, journal_, state_.events, io,
                        [this] { return state_files(); }, [this] { return listeners(); }},
                       *this, config_changes_),
      reconfiguration_(state_, {bgp_, local_routes_, static_routes_, neighbor_restarts_,
                                attachments_, drills_, peer_limits_, rib_work_, control_sockets_}) {
    metric_record_.note(state_.config.fib.metric);
    make_bfd();
    make_hooks();
    peer_limits_.load();
    bgp_.set_neighbors();
    drains_.restore(drain_record_.load());
}

void Router::make_bfd() {
    state_.bfd = std::make_unique<BfdSessions>(
        io_, *state_.fib,
        BfdSessions::Handlers{
            [this](fib::NeighborTag user, fib::SessionEpoch epoch) { on_bfd_failure(user, epoch); },
            [this](fib::NeighborTag user, const bfd::SessionChange& change) {
                on_bfd_change(user, change);
            },
            [this](fib::NeighborTag user, const bfd::RefusalChange& change) {
                on_bfd_refusal(user, change);
            },
            [this](fib::NeighborTag user) { on_bfd_not_resumed(user); },
            [](const std::string& text) { log().warn("{}", text); }});
    state_.tracking = std::make_unique<GatewayTracking>(
        io_, [this](fib::NeighborTag tag) { static_routes_.on_tracked(tag); });
}

void Router::make_hooks() {
    state_.hook_runner = std::make_unique<HookThread>(io_);
    state_.hooks = std::make_unique<HookQueue>(
        state_.events, *state_.hook_runner, [](std::string_view line) { log().warn("{}", line); });
    state_.hooks->configure(state_.config);
}

RibWork::Hooks Router::hooks_of_rib_work() {
    return {.changed =
                [this] {
                    status_.changed();
                    selection_deferral_.follow();
                    revivals_.follow();
                },
            .decided = [this] { revivals_.follow_told(); }};
}

Revivals::Hooks Router::hooks_of_revivals() {
    return {.returning =
                [this](const Neighbor& neighbor) {
                    state_.fib->neighbor_returning(tag_of(neighbor.id), neighbor.epoch,
                                                   neighbor.interface);
                },
            .in_use =
                [this](const Neighbor& neighbor) {
                    state_.fib->neighbor_up(tag_of(neighbor.id), neighbor.epoch,
                                            neighbor.interface);
                    drills_.note_back_in_use(neighbor);
                }};
}

// A test ends the session as an operator ends it, and it comes back by the speaker's own timer.
Drills::Hooks Router::hooks_of_drills() {
    return {
        .rely_on =
            [this](const Neighbor& neighbor, auto answer) {
                state_.fib->reliance_on(tag_of(neighbor.id), std::move(answer));
            },
        .take_away =
            [this](const Neighbor& neighbor, auto lasts, auto moved) {
                state_.fib->fail_over(tag_of(neighbor.id), neighbor.epoch, std::move(moved));
                state_.speaker->cease(
                    neighbor.id,
                    bgp::cease_with_text(bgp::CeaseReason::AdministrativeShutdown, "failover test"),
                    std::chrono::duration_cast<std::chrono::milliseconds>(lasts));
                rib_work_.follow();
            },
        .look_after = [this](auto answer) { state_.fib->lost_way(std::move(answer)); },
        .give_back = [this](const Neighbor& neighbor) { state_.speaker->release(neighbor.id); },
        .over = [this] { state_.fib->end_drill(); }};
}

PeerLimits::Hooks Router::hooks_of_peer_limits() {
    return {.limit_differs = [this](const Neighbor& neighbor) { tell_rib(state_, neighbor); },
            .hold_down =
                [this](const Neighbor& neighbor, auto time, const auto& why) {
                    state_.speaker->hold_down(neighbor.id, time, why);
                }};
}

Drains::Hooks Router::hooks_of_drains() {
    return {.rely_on =
                [this](const Neighbor& neighbor, auto answer) {
                    state_.fib->reliance_on(tag_of(neighbor.id), std::move(answer));
                },
            .follow = [this](Neighbor& neighbor) { bgp_.follow(neighbor); },
            .keep = [this](std::set<std::string> names) { drain_record_.keep(std::move(names)); },
            .when_kept = [this](auto tell) { drain_record_.when_written(std::move(tell)); }};
}

// Who asks may have made room: the journal alone waits for an event to be tried again.
std::vector<control::StateFileView> Router::state_files() {
    journal_.try_again();
    return {{"journal", journal_.trouble()},
            {"drains", drain_record_.trouble()},
            {"metrics", metric_record_.trouble()},
            {"peer-limits", peer_limits_.trouble()}};
}

std::vector<control::ListenerView> Router::listeners() const {
    std::vector<control::ListenerView> listeners;
    if (state_.speaker)
        for (const auto& listener : state_.speaker->listeners())
            listeners.push_back({"bgp", listener.where(), listener.error});
    if (const auto& http = state_.config.http.listen)
        listeners.push_back(
            {"http", bgp::to_string({http->address, http->port}), control_sockets_.http_trouble()});
    return listeners;
}

void Router::on_bfd_failure(fib::NeighborTag user, fib::SessionEpoch epoch) {
    auto* neighbor = state_.stopping ? nullptr : state_.neighbors.find(neighbor_of(user));
    if (neighbor != nullptr) bfd_reports_.on_failure(*neighbor, epoch);
}

void Router::on_bfd_change(fib::NeighborTag user, const bfd::SessionChange& change) {
    if (state_.stopping) return;
    if (auto* gateway = state_.gateways.find(user)) return static_routes_.on_bfd(*gateway, change);
    auto* neighbor = state_.neighbors.find(neighbor_of(user));
    if (neighbor != nullptr) bfd_reports_.on_change(*neighbor, change);
}

void Router::on_bfd_refusal(fib::NeighborTag user, const bfd::RefusalChange& change) {
    if (state_.stopping) return;
    if (const auto* gateway = state_.gateways.find(user))
        return static_routes_.on_bfd_refusal(*gateway, change);
    if (const auto* neighbor = state_.neighbors.find(neighbor_of(user)))
        bfd_reports_.on_refusal(*neighbor, change);
}

void Router::on_bfd_not_resumed(fib::NeighborTag user) {
    if (state_.stopping) return;
    if (auto* gateway = state_.gateways.find(user))
        return static_routes_.on_bfd_not_resumed(*gateway);
    if (auto* neighbor = state_.neighbors.find(neighbor_of(user)))
        bfd_reports_.on_not_resumed(*neighbor);
}

ConfigChanges::Hooks Router::hooks_of_changes() {
    return {
        .in_force = [this]() -> const config::Config& { return state_.config; },
        .apply =
            [this](config::Config now) {
                metric_record_.note(now.fib.metric);
                auto done = reconfiguration_.apply(std::move(now));
                journal_.follow(state_.neighbors.names());
                drains_.note();
                peer_limits_.note();
                return done;
            },
        .predict =
            [this](const config::Config& now, ChangeEffects::Answer answer) {
                change_effects_.predict(proposal(now, state_.config.router.asn, state_.neighbors,
                                                 local_routes_.under(now)),
                                        std::move(answer));
            },
        .stopping = [this] { return state_.stopping; },
        .reload_begins = service_manager::reloading,
        .reload_ends =
            [this](const control::CommandResult& result) {
                // Refused: something else is under way, and nobody looked at the file.
                if (result.outcome != control::CommandResult::Outcome::Refused) {
                    const bool taken = result.outcome == control::CommandResult::Outcome::Done;
                    status_.reloaded(!taken);
                    state_.last_reload.note(taken);
                }
                if (ready_) announce_ready();
            },
        .file_is_good =
            [this] {
                status_.reloaded(false);
                state_.last_reload.note(true);
            },
        .waits_until =
            [this](auto until) {
                state_.last_reload.confirm_until = until;
                if (until) state_.last_reload.on_trial = true;
            },
        .trial_ended =
            [this] {
                state_.last_reload.on_trial = false;
                drains_.note();
                peer_limits_.note();
            },
        .tell =
            [this](const control::CommandResult& result, std::optional<std::uint32_t> user) {
                const bool done = result.outcome == control::CommandResult::Outcome::Done;
                state_.events.publish(configured(done, result.text, user));
            },
    };
}

control::CommandResult Router::clear(const control::ClearRequest& request) {
    return clears_.clear(request);
}

void Router::drain(const control::DrainRequest& request, control::ResultAnswer answer) {
    drains_.drain(request, std::move(answer));
}

void Router::failover_test(const control::FailoverTestRequest& request,
                           control::ResultAnswer answer) {
    drills_.begin(request, std::move(answer));
}

void Router::undrain(const control::UndrainRequest& request, control::ResultAnswer answer) {
    drains_.undrain(request, answer);
}

}  // namespace dx::daemon
