#include "daemon/gateway_tracking.hpp"

#include <utility>

namespace dx::daemon {

void GatewayTracking::follow(const Gateway& gateway) {
    if (!gateway.tracking || gateway.link == 0) return remove(gateway.tag);
    auto& watch = watches_[gateway.tag];
    if (watch && watch->link == gateway.link) {
        const auto before = watch->reachability.interval();
        watch->reachability.configure(*gateway.tracking);
        if (watch->reachability.interval() < before) wait(gateway.tag, *watch);
        return;
    }
    watch = std::make_unique<Watch>(Watch{gateway.peer.address, gateway.link,
                                          Reachability(*gateway.tracking),
                                          boost::asio::steady_timer(io_)});
    look(gateway.tag);
}

const Reachability* GatewayTracking::find(fib::NeighborTag tag) const {
    const auto found = watches_.find(tag);
    return found == watches_.end() ? nullptr : &found->second->reachability;
}

void GatewayTracking::look(fib::NeighborTag tag) {
    const auto found = watches_.find(tag);
    if (found == watches_.end()) return;
    auto& watch = *found->second;
    auto& reachability = watch.reachability;
    const auto before = std::pair(reachability.answers(), reachability.judged());
    const auto seen = entries_.look(watch.host, watch.link);
    switch (reachability.look(seen)) {
        case Reachability::Ask::Nobody: break;
        case Reachability::Ask::Host: entries_.ask_host(watch.host, watch.link, seen); break;
        case Reachability::Ask::Everybody: entries_.ask_everybody(watch.host, watch.link); break;
    }
    wait(tag, watch);
    if (before != std::pair(reachability.answers(), reachability.judged())) on_change_(tag);
}

void GatewayTracking::wait(fib::NeighborTag tag, Watch& watch) {
    watch.timer.expires_after(watch.reachability.interval());
    watch.timer.async_wait([this, tag](const boost::system::error_code& error) {
        if (!error) look(tag);
    });
}

}  // namespace dx::daemon
