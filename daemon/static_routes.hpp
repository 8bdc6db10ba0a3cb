// The static routes, and whether BFD, or ARP and ND, permit the use of their gateways. Knows no
// BGP.
#pragma once

#include <functional>

#include "daemon/router_state.hpp"

namespace dx::daemon {

class StaticRoutes {
public:
    // `changed` hears that other routes may be in use now.
    StaticRoutes(RouterState& state, std::function<void()> changed)
        : state_(state), changed_(std::move(changed)) {}

    void configure();     // as the configuration has them now
    void follow_links();  // the links are known, or others than before
    void on_bfd(Gateway& gateway, const bfd::SessionChange& change);
    void on_bfd_not_resumed(Gateway& gateway);
    void on_bfd_refusal(const Gateway& gateway, const bfd::RefusalChange& change);
    void on_tracked(fib::NeighborTag tag);

private:
    void use_or_veto(Gateway& gateway);
    void tell(Gateway& gateway);  // an event, if there is something new

    RouterState& state_;
    std::function<void()> changed_;
};

}  // namespace dx::daemon
