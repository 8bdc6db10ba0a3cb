// Start and stop, and the neighbors' coming and going. What happens in between is in
// router_sessions.cpp, router_rib.cpp, router_fib.cpp and router_reload.cpp.
#include "daemon/router.hpp"

#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/event_reports.hpp"
#include "daemon/hook_thread.hpp"
#include "daemon/host_settings.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"
#include "daemon/queries.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"
#include "daemon/version.hpp"

namespace dx::daemon {

namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

void tell_of_journal(bool trouble, const std::string& text) {
    log().log(trouble ? spdlog::level::warn : spdlog::level::info, "journal: {}{}", text,
              trouble ? "; the history is kept in memory until it can be written" : "");
}

}  // namespace

Router::Router(boost::asio::io_context& io, Files files, config::Config config,
               std::string config_text)
    : io_(io),
      state_{std::move(files), std::move(config),
             std::make_unique<netlink::FibService>(fib_settings(state_.config), io,
                                                   static_cast<netlink::FibEvents&>(*this))},
      disk_(io),
      journal_(state_.events, disk_, std::make_shared<JournalFile>(state_.files.state),
               tell_of_journal),
      next_hops_(state_.neighbors, *state_.fib),
      local_routes_(*state_.fib),
      rib_work_(io, state_, next_hops_,
                {[this] { follow_tables(); }, [this] { revivals_.follow_told(); }}),
      revivals_(io, state_.neighbors, [this](Neighbor& neighbor) { put_in_use(neighbor); }),
      neighbor_restarts_(io, state_, rib_work_),
      selection_deferral_(io, state_, next_hops_, rib_work_),
      attachments_(state_, next_hops_, neighbor_restarts_),
      bfd_reports_(state_, neighbor_restarts_, attachments_, rib_work_),
      drills_(io, state_, revivals_, hooks_of_drills()),
      drains_(io, state_, revivals_, drills_,
              [this](Neighbor& neighbor) { follow_drain(neighbor); }),
      status_(io, [this](auto answer) { gather_service_facts(state_, std::move(answer)); }),
      static_routes_(state_, [this] { status_.changed(); }),
      change_effects_(io, state_.rib, state_.neighbors),
      config_changes_(io, disk_, state_.files, std::move(config_text), hooks_of_changes()) {
    state_.bfd = std::make_unique<BfdSessions>(
        io, *state_.fib,
        BfdSessions::Handlers{[this](fib::NeighborTag user, fib::SessionEpoch epoch) {
                                  auto* neighbor = state_.neighbors.find(neighbor_of(user));
                                  if (neighbor != nullptr && !state_.stopping)
                                      bfd_reports_.on_failure(*neighbor, epoch);
                              },
                              [this](fib::NeighborTag user, const bfd::SessionChange& change) {
                                  on_bfd_change(user, change);
                              },
                              [](const std::string& text) { log().warn("{}", text); }});
    state_.hook_runner = std::make_unique<HookThread>(io);
    state_.hooks = std::make_unique<HookQueue>(
        state_.events, *state_.hook_runner, [](std::string_view line) { log().warn("{}", line); });
    state_.hooks->configure(state_.config);
    state_.tracking = std::make_unique<GatewayTracking>(
        io, [this](fib::NeighborTag tag) { static_routes_.on_tracked(tag); });
    set_neighbors();
}

// The RIB tells of its end through the parts that it was given to.
Router::~Router() {
    ending_.clear();
    state_.speaker.reset();
    state_.rib.reset();
}

void Router::start(std::function<void()> on_stopped) {
    on_stopped_ = std::move(on_stopped);
    log().info("dxrouted {} starts with {}", kVersion, state_.files.config);
    open_journal();
    warn_of_settings();
    static_routes_.configure();
    queries_ = make_queries({state_, next_hops_, journal_, state_.events, io_});
    api_ = std::make_unique<control::Api>(*queries_, *this, config_changes_);
    server_ = std::make_unique<control::Server>(
        io_.get_executor(), *api_,
        [](std::string_view what) { log().error("bug: a control request failed: {}", what); });
    if (const auto error = open_control(); !error.empty()) throw std::runtime_error(error);
    open_http();
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
    std::vector<std::string> names;
    for (const auto& neighbor : state_.neighbors.all())
        names.push_back(neighbor->config.name);
    journal_.load(names);
    const auto* const before =
        journal_.last_run_ended() ? "" : "; the run before ended without a word";
    state_.events.publish(
        {EventKind::Started, {}, fmt::format("dxrouted {}{}", kVersion, before), {}});
}

void Router::warn_of_settings() const {
    for (const auto& line : unsuitable_host_settings(state_.config))
        log().warn("{}", line);
}

// Empty, or why it is not open.
std::string Router::open_control() {
    const auto& control = state_.config.control;
    const auto opened = server_->listen({control.socket, control.group, !control.group_given});
    if (!opened) return opened.error();
    for (const auto& warning : *opened)
        log().warn("{}", warning);
    return {};
}

void Router::open_http() {
    const auto& listen = state_.config.http.listen;
    if (!listen) return server_->stop_tcp();
    const auto opened = server_->listen(listen->address, listen->port);
    if (!opened) log().error("http.listen: {}", opened.error());
}

void Router::start_bgp() {
    if (state_.speaker || !state_.fib_ready || state_.stopping) return;
    const auto& router = state_.config.router;
    state_.router_id = router.router_id ? router.router_id : state_.interfaces.choose_router_id();
    if (!state_.router_id) return announce_ready();
    if (!router.router_id)
        log().info("router id {}: chosen from the addresses of this machine",
                   to_string(*state_.router_id));

    bgp::SessionEvents& session_events = *this;
    state_.rib =
        std::make_unique<bgp::Rib>(bgp::RibSettings{*state_.router_id, router.asn,
                                                    state_.config.fib.maximum_paths, random_seed()},
                                   rib_work_);
    state_.speaker = std::make_unique<bgp::Speaker>(
        io_.get_executor(), speaker_settings(state_.config), session_events);
    for (const auto family : bgp::kFamilies)
        if (state_.restart.held.contains(family)) state_.rib->hold(family);
    local_routes_.attach(state_.rib.get());
    local_routes_.configure(state_.config, state_.route_time());
    for (const auto& neighbor : state_.neighbors.all())
        start_neighbor(*neighbor);
    state_.speaker->start();
    rib_work_.follow();
    announce_ready();
}

// Ends all sessions and forgets all routes of BGP; start_bgp() may follow at once, while the
// speaker that ends still sends its last words.
void Router::stop_bgp(std::string_view why) {
    if (!state_.speaker) return;
    selection_deferral_.end();  // it is no restart any longer
    state_.speaker->stop(bgp::CeaseReason::OtherConfigurationChange, why,
                         [this, ended = state_.speaker.get()] { forget_speaker(ended); });
    for (const auto& neighbor : state_.neighbors.all())
        forget_neighbor(*neighbor);
    local_routes_.attach(nullptr);
    rib_work_.finish();
    next_hops_.clear();
    ending_.push_back(std::move(state_.speaker));
    change_effects_.forget_rib();
    state_.rib.reset();
    state_.router_id.reset();
}

// Later: it is the one that calls.
void Router::forget_speaker(const bgp::Speaker* ended) {
    boost::asio::post(io_, [this, ended] {
        std::erase_if(ending_, [=](const auto& speaker) { return speaker.get() == ended; });
    });
}

// What the operator drained stays so.
void Router::set_neighbors() {
    std::map<std::string, std::unique_ptr<Drain>> drained;
    while (!state_.neighbors.all().empty()) {
        auto& last = *state_.neighbors.all().back();
        if (last.drain) drained[last.config.name] = std::move(last.drain);
        state_.neighbors.remove(last.id);
    }
    for (const auto& config : state_.config.neighbors) {
        auto& neighbor = state_.neighbors.add(config);
        if (const auto found = drained.find(config.name); found != drained.end())
            neighbor.drain = std::move(found->second);
    }
}

void Router::start_neighbor(Neighbor& neighbor) {
    tell_rib(state_, neighbor);
    tell_forwarding(state_, neighbor);
    state_.speaker->add_neighbor(neighbor.id, speaker_settings_of(state_, neighbor));
    attachments_.follow(neighbor);
}

void Router::stop_neighbor(Neighbor& neighbor) {
    state_.speaker->remove_neighbor(neighbor.id);  // on_down comes from within
    forget_neighbor(neighbor);
    rib_work_.follow();
}

void Router::forget_neighbor(Neighbor& neighbor) {
    drills_.abort(neighbor, "the configuration of the neighbor has changed");
    state_.rib->remove_neighbor(neighbor.id);
    state_.fib->forget_neighbor(tag_of(neighbor.id));
    state_.bfd->remove(tag_of(neighbor.id));
    revivals_.end(neighbor);
}

void Router::begin() {
    state_.fib_ready = true;
    start_bgp();
    static_routes_.follow_links();
}

void Router::put_in_use(Neighbor& neighbor) {
    state_.fib->neighbor_up(tag_of(neighbor.id), neighbor.epoch, neighbor.interface);
    drills_.note_back_in_use(neighbor);
}

Drills::Hooks Router::hooks_of_drills() {
    return {
        .take_away =
            [this](const Neighbor& neighbor, auto lasts, auto moved) {
                state_.fib->fail_over(tag_of(neighbor.id), neighbor.epoch, std::move(moved));
                state_.speaker->cease(
                    neighbor.id,
                    bgp::cease_with_text(bgp::CeaseReason::AdministrativeShutdown, "failover test"),
                    std::chrono::duration_cast<std::chrono::milliseconds>(lasts));
                rib_work_.follow();
            },
        .give_back =
            [this](const Neighbor& neighbor) {
                if (state_.speaker) state_.speaker->release(neighbor.id);
            }};
}

void Router::follow_drain(Neighbor& neighbor) {
    if (!state_.speaker) return;  // as it starts
    if (neighbor.is_shut_down()) neighbor_restarts_.give_up(neighbor, "drained");
    tell_forwarding(state_, neighbor);
    tell_speaker(state_, neighbor);
    tell_rib(state_, neighbor);
    attachments_.follow(neighbor);
    rib_work_.follow();
}

void Router::on_bfd_change(fib::NeighborTag user, const bfd::SessionChange& change) {
    if (state_.stopping) return;
    if (auto* gateway = state_.gateways.find(user)) return static_routes_.on_bfd(*gateway, change);
    if (auto* neighbor = state_.neighbors.find(neighbor_of(user)))
        bfd_reports_.on_change(*neighbor, change);
}

void Router::follow_tables() {
    status_.changed();
    selection_deferral_.follow();
    revivals_.follow();
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
    server_->stop();
    state_.bfd->remove_all();
    state_.tracking->remove_all();
    auto stop_fib = [this] {
        state_.fib->stop([this] {
            log().info("stopped");
            on_stopped_();
        });
    };
    config_changes_.stop();
    neighbor_restarts_.stop();
    selection_deferral_.stop();
    if (!state_.speaker) return stop_fib();
    selection_deferral_.leave_those_who_wait();
    if (routes == OnStop::Keep)
        state_.speaker->stop(bgp::CeaseReason::AdministrativeReset,
                             "dxrouted is restarting, back in a moment", std::move(stop_fib));
    else
        state_.speaker->stop(bgp::CeaseReason::AdministrativeShutdown, "dxrouted is stopping",
                             std::move(stop_fib));
}

}  // namespace dx::daemon
