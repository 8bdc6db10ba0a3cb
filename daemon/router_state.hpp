// Everything that the router knows, in one place: the parts change it, the queries read it.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "daemon/bfd_sessions.hpp"
#include "daemon/config/config.hpp"
#include "daemon/events.hpp"
#include "daemon/failover_test.hpp"
#include "daemon/gateway_tracking.hpp"
#include "daemon/gateways.hpp"
#include "daemon/hook_queue.hpp"
#include "daemon/interfaces.hpp"
#include "daemon/neighbor_table.hpp"
#include "daemon/own_restart.hpp"
#include "libbgp/rib/rib.hpp"
#include "libbgp/session/speaker.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

// Where the router's files are.
struct Files {
    std::string config;
    std::filesystem::path state;  // the directory of what outlives a run (state_directory.hpp)
};

// How the last attempt to read the configuration again went; the start counts as one.
struct ReloadStatus {
    bool successful = true;
    std::chrono::system_clock::time_point last_success = std::chrono::system_clock::now();
    // Until when a change may be confirmed; none: none waits.
    std::optional<std::chrono::system_clock::time_point> confirm_until{};
    bool on_trial = false;  // a change may be taken back yet, were it that its confirmation fails

    void note(bool success) {
        successful = success;
        if (success) last_success = std::chrono::system_clock::now();
    }
};

struct RouterState {
    using Clock = std::chrono::steady_clock;

    Files files;
    config::Config config;
    std::unique_ptr<netlink::FibService> fib;  // never null
    Clock::time_point started = Clock::now();
    std::unique_ptr<BfdSessions> bfd{};           // never null; ends before `fib`, which it tells
    std::unique_ptr<GatewayTracking> tracking{};  // never null
    Interfaces interfaces{};
    NeighborTable neighbors{};
    OwnRestart restart{};
    ReloadStatus last_reload{};
    Gateways gateways{};
    EventStream events{};                       // what happens, for whoever listens
    std::unique_ptr<HookRunner> hook_runner{};  // never null, as is
    std::unique_ptr<HookQueue> hooks{};

    std::optional<FailoverTest> failover_test{};  // under way, or the last one

    bool fib_ready = false;  // forwarding knows the links, and what an earlier run left
    bool stopping = false;
    fib::SessionEpoch epochs_so_far = 0;  // of sessions and of gateways in use, together

    // BGP; null until there is a router id.
    std::optional<bgp::RouterId> router_id{};
    std::unique_ptr<bgp::Rib> rib{};
    std::unique_ptr<bgp::Speaker> speaker{};

    // Each is new, so that a failure that is told late ends nothing that came up after it.
    fib::SessionEpoch next_epoch() { return ++epochs_so_far; }

    // The RIB's clock: seconds since the start.
    bgp::RouteTime route_time() const {
        return std::chrono::duration_cast<bgp::RouteTime>(Clock::now() - started);
    }
};

}  // namespace dx::daemon
