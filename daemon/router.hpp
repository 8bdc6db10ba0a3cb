// The router: owns every part, gives each what it needs of the others, and carries what happens to
// whom it concerns. What comes of an event is decided in the parts.
//
// Everything runs on the routing thread, that of the io_context. Nothing here blocks, and every
// walk over a table is sliced.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "daemon/attachments.hpp"
#include "daemon/bfd_reports.hpp"
#include "daemon/bgp_instance.hpp"
#include "daemon/change_effect.hpp"
#include "daemon/clears.hpp"
#include "daemon/config_changes.hpp"
#include "daemon/config_recovery.hpp"
#include "daemon/control_sockets.hpp"
#include "daemon/disk.hpp"
#include "daemon/drain_record.hpp"
#include "daemon/drains.hpp"
#include "daemon/drills.hpp"
#include "daemon/journal.hpp"
#include "daemon/local_routes.hpp"
#include "daemon/metric_record.hpp"
#include "daemon/neighbor_restarts.hpp"
#include "daemon/next_hops.hpp"
#include "daemon/reconfiguration.hpp"
#include "daemon/revivals.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"
#include "daemon/selection_deferral.hpp"
#include "daemon/service_status.hpp"
#include "daemon/session_reports.hpp"
#include "daemon/static_routes.hpp"
#include "daemon/watchdog.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

class Router final : private netlink::FibEvents, private control::RouterCommands {
public:
    // `text` is what `config` was read from.
    Router(boost::asio::io_context& io, Files files, config::Config config, std::string text);

    // Opens the control socket and begins; throws std::runtime_error where that is impossible.
    // What was done with the file before is told. `on_stopped` is called when the router has ended
    // after stop().
    void start(const Recovery& recovery, std::function<void()> on_stopped);

    // Ends every session with a Cease, or without a word where the neighbor is to wait for our
    // return (graceful restart), and removes the kernel routes or not: as `routes` says, without it
    // as fib.on-stop does.
    void stop(std::string_view why, std::optional<config::FibSettings::OnStop> routes = {});

    void reload();  // for SIGHUP; the log says what became of it

private:
    // --- From the operator.
    control::CommandResult clear(const control::ClearRequest& request) override;
    void drain(const control::DrainRequest& request, control::ResultAnswer answer) override;
    void failover_test(const control::FailoverTestRequest& request,
                       control::ResultAnswer answer) override;
    void undrain(const control::UndrainRequest& request, control::ResultAnswer answer) override;

    // --- From forwarding (router_fib.cpp).
    void on_fib_ready() override;
    void on_interface(const netlink::Interface& interface) override;
    void on_interface_removed(std::uint32_t index, const std::string& name) override;
    void on_next_hop(const fib::NextHopState& state) override;
    void on_network(const fib::NetworkPresence& presence) override;
    void on_redistributed(const fib::RedistributedRoute& route) override;
    void on_fib_note(const netlink::Note& note) override;

    // --- How the parts hang together (router_parts.cpp).
    RibWork::Hooks hooks_of_rib_work();
    Drills::Hooks hooks_of_drills();
    PeerLimits::Hooks hooks_of_peer_limits();
    Drains::Hooks hooks_of_drains();
    ConfigChanges::Hooks hooks_of_changes();
    std::vector<control::StateFileView> state_files();
    std::vector<control::ListenerView> listeners() const;
    void make_bfd();
    void make_hooks();
    void on_bfd_failure(fib::NeighborTag user, fib::SessionEpoch epoch);
    void on_bfd_change(fib::NeighborTag user, const bfd::SessionChange& change);
    void on_bfd_not_resumed(fib::NeighborTag user);
    void on_bfd_refusal(fib::NeighborTag user, const bfd::RefusalChange& change);
    Revivals::Hooks hooks_of_revivals();

    // --- Start and stop.
    void open_journal();
    void start_watchdog();
    void begin();  // forwarding is ready
    void follow_interfaces();
    void announce_ready();
    void end_sessions(bool come_back, std::function<void()> done);

    boost::asio::io_context& io_;
    RouterState state_;
    Disk disk_;
    Journal journal_;  // ends before `disk_`, which writes its last words
    ServiceStatus status_;
    std::optional<Watchdog> watchdog_;  // where the service manager has one

    // Each depends on some of those before it only.
    NextHops next_hops_;
    LocalRoutes local_routes_;
    StaticRoutes static_routes_;
    ChangeEffects change_effects_;
    RibWork rib_work_;
    Revivals revivals_;
    NeighborRestarts neighbor_restarts_;
    SelectionDeferral selection_deferral_;
    BfdAbsences bfd_absences_;
    Attachments attachments_;
    BfdReports bfd_reports_;
    Drills drills_;
    MetricRecord metric_record_;
    PeerLimits peer_limits_;  // `disk_` writes its last word too
    SessionReports session_reports_;
    BgpInstance bgp_;
    DrainRecord drain_record_;  // `disk_` writes its last word too
    Drains drains_;
    Clears clears_;
    ConfigChanges config_changes_;
    ControlSockets control_sockets_;
    Reconfiguration reconfiguration_;

    bool ready_ = false;
    bool waiting_for_router_id_ = false;
    std::function<void()> on_stopped_;
};

}  // namespace dx::daemon
