// The router: owns every part and carries what happens from one to another. The only place where
// BGP, forwarding, configuration and the control API know of each other.
//
// Everything runs on the routing thread, that of the io_context. Nothing here blocks, and every
// walk over a table is sliced.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/attachments.hpp"
#include "daemon/bfd_reports.hpp"
#include "daemon/change_effect.hpp"
#include "daemon/config/diff.hpp"
#include "daemon/config_changes.hpp"
#include "daemon/control/api.hpp"
#include "daemon/control/router_queries.hpp"
#include "daemon/control/server.hpp"
#include "daemon/disk.hpp"
#include "daemon/drains.hpp"
#include "daemon/drills.hpp"
#include "daemon/journal.hpp"
#include "daemon/local_routes.hpp"
#include "daemon/neighbor_restarts.hpp"
#include "daemon/next_hops.hpp"
#include "daemon/revivals.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"
#include "daemon/selection_deferral.hpp"
#include "daemon/service_status.hpp"
#include "daemon/static_routes.hpp"
#include "daemon/watchdog.hpp"
#include "libbgp/session/session_events.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

class Router final : private bgp::SessionEvents,
                     private netlink::FibEvents,
                     public control::RouterCommands {
public:
    // `text` is what `config` was read from.
    Router(boost::asio::io_context& io, Files files, config::Config config, std::string text);
    ~Router() override;

    // Opens the control socket and begins; throws std::runtime_error where that is impossible.
    // `on_stopped` is called when the router has ended after stop().
    void start(std::function<void()> on_stopped);

    // Ends every session with a Cease, or without a word where the neighbor is to wait for our
    // return (graceful restart), and removes the kernel routes or not: as `routes` says, without it
    // as fib.on-stop does.
    void stop(std::string_view why, std::optional<config::FibSettings::OnStop> routes = {});

    void reload();  // for SIGHUP; the log says what became of it

    control::CommandResult clear(const control::ClearRequest& request) override;

    control::CommandResult drain(const control::DrainRequest& request) override {
        return drains_.drain(request);
    }

    control::CommandResult failover_test(const control::FailoverTestRequest& request) override {
        return drills_.begin(request);
    }

    control::CommandResult undrain(const control::UndrainRequest& request) override {
        return drains_.undrain(request);
    }

private:
    // --- From the sessions (router_sessions.cpp).
    void on_established(bgp::NeighborId id, bgp::SessionEpoch epoch,
                        const bgp::Negotiated& agreed) override;
    void on_down(bgp::NeighborId id, bgp::SessionEpoch epoch,
                 const bgp::DownReason& reason) override;
    void on_attempt_failed(bgp::NeighborId id, const bgp::DownReason& reason) override;
    void on_update(bgp::NeighborId id, const bgp::Update& update) override;
    void on_update_ahead(bgp::NeighborId id, const bgp::UpdateLayout& update) override;
    void on_route_refresh(bgp::NeighborId id, const bgp::RouteRefresh& refresh) override;
    void fill_updates(bgp::NeighborId id, std::size_t wanted, bgp::Buffer& out) override;
    void on_state_change(bgp::NeighborId id, bgp::State old, bgp::State now,
                         std::string_view why) override;
    void on_note(std::optional<bgp::NeighborId> id, bgp::Severity severity,
                 std::string_view text) override;

    void report_end(const Neighbor& neighbor, const bgp::DownReason& reason);
    void obey(Neighbor& neighbor, const bgp::PrefixLimitData& limit);

    // --- From forwarding (router_fib.cpp).
    void on_fib_ready() override;
    void on_interface(const netlink::Interface& interface) override;
    void on_interface_removed(std::uint32_t index, const std::string& name) override;
    void on_next_hop(const fib::NextHopState& state) override;
    void on_network(const fib::NetworkPresence& presence) override;
    void on_redistributed(const fib::RedistributedRoute& route) override;
    void on_fib_note(const netlink::Note& note) override;

    void on_bfd_change(fib::NeighborTag user, const bfd::SessionChange& change);

    // --- Start and stop.
    void open_journal();
    void warn_of_settings() const;
    void start_watchdog();
    std::string open_control();
    void change_control(const config::Control& old);
    void open_http();
    void begin();  // forwarding is ready
    void start_bgp();
    void stop_bgp(std::string_view why);
    void forget_speaker(const bgp::Speaker* ended);
    void set_neighbors();  // as configured, none of them started
    void start_neighbor(Neighbor& neighbor);
    void stop_neighbor(Neighbor& neighbor);
    void forget_neighbor(Neighbor& neighbor);
    void put_in_use(Neighbor& neighbor);
    void follow_tables();
    void follow_interfaces();
    void announce_ready();

    // --- The operator's changes (router_reload.cpp).
    ConfigChanges::Hooks hooks_of_changes();
    std::string apply(config::Config now);
    void apply_neighbors(const std::vector<config::Change>& changes);
    void remove_neighbor(Neighbor& neighbor);
    void change_neighbor(Neighbor& neighbor, const config::Neighbor& config,
                         std::string_view causes_of_reset);
    void clear(Neighbor& neighbor, const control::ClearRequest& request);

    Drills::Hooks hooks_of_drills();
    void follow_drain(Neighbor& neighbor);

    boost::asio::io_context& io_;
    RouterState state_;
    Disk disk_;
    Journal journal_;  // ends before `disk_`, which writes its last words
    std::unique_ptr<control::RouterQueries> queries_;
    std::unique_ptr<control::Api> api_;
    std::unique_ptr<control::Server> server_;

    NextHops next_hops_;
    LocalRoutes local_routes_;
    RibWork rib_work_;
    Revivals revivals_;
    NeighborRestarts neighbor_restarts_;
    SelectionDeferral selection_deferral_;
    Attachments attachments_;
    BfdReports bfd_reports_;
    Drills drills_;
    Drains drains_;
    ServiceStatus status_;
    StaticRoutes static_routes_;
    std::optional<Watchdog> watchdog_;  // where the service manager has one
    ChangeEffects change_effects_;
    ConfigChanges config_changes_;

    std::vector<std::unique_ptr<bgp::Speaker>> ending_;  // they still send their last words
    bool ready_ = false;
    bool waiting_for_router_id_ = false;
    std::function<void()> on_stopped_;
};

}  // namespace dx::daemon
