// A new configuration, applied so that only what changed is touched.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/bgp_instance.hpp"
#include "daemon/config/diff.hpp"
#include "daemon/control_sockets.hpp"
#include "daemon/local_routes.hpp"
#include "daemon/peer_limits.hpp"
#include "daemon/router_state.hpp"
#include "daemon/static_routes.hpp"

namespace dx::daemon {

class Reconfiguration {
public:
    struct Parts {
        BgpInstance& bgp;
        LocalRoutes& local_routes;
        StaticRoutes& static_routes;
        NeighborRestarts& restarts;
        Attachments& attachments;
        Drills& drills;
        PeerLimits& peer_limits;
        RibWork& rib_work;
        ControlSockets& control_sockets;
    };

    Reconfiguration(RouterState& state, const Parts& parts) : state_(state), parts_(parts) {}

    std::string apply(config::Config now);  // what it did, in a line

private:
    void apply_to_bgp(const std::vector<config::Change>& changes);
    void apply_to_neighbors(const std::vector<config::Change>& changes);
    void change(Neighbor& neighbor, const config::Neighbor& config,
                std::string_view causes_of_reset);

    RouterState& state_;
    Parts parts_;
};

void warn_of_host_settings(const config::Config& config);

}  // namespace dx::daemon
