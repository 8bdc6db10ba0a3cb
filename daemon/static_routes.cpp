#include "daemon/static_routes.hpp"

#include <utility>

#include "daemon/bfd_words.hpp"
#include "daemon/event_reports.hpp"
#include "daemon/gateway_report.hpp"
#include "daemon/log.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

// A gateway that waits for its first Up is vetoed before its routes are there, and one that is gone
// is forgotten after they are. What is Up already, for a neighbor, is used at once.
void StaticRoutes::configure() {
    const auto gone = state_.gateways.configure(state_.config.static_routes);
    for (const auto& gateway : state_.gateways.all())
        if (!gateway.in_use) state_.fib->neighbor_down(gateway.tag, gateway.epoch);
    follow_links();
    state_.fib->set_static_routes(static_routes(state_.config, state_.gateways));
    for (const auto& gateway : gone) {
        state_.bfd->remove(gateway.tag);
        state_.tracking->remove(gateway.tag);
        state_.fib->forget_neighbor(gateway.tag);
        if (auto event = no_longer_watched(gateway)) state_.events.publish(std::move(*event));
    }
}

void StaticRoutes::follow_links() {
    if (!state_.fib_ready || state_.stopping) return;  // not ready: the links are not known
    for (auto& gateway : state_.gateways.all()) {
        auto now = state_.interfaces.attachment_of(gateway.peer.address, gateway.interface);
        if (now.missing != gateway.missing && !now.missing.empty())
            log().warn("static routes via {}: {}", gateway.peer.to_string(), now.missing);
        gateway.link = now.interface;
        gateway.missing = std::move(now.missing);
        if (gateway.tracking)
            state_.tracking->follow(gateway);
        else
            state_.bfd->follow(gateway);
        use_or_veto(gateway);
        tell(gateway);
    }
}

// Each use has an epoch of its own, so that a failure that is told late ends no later one.
void StaticRoutes::use_or_veto(Gateway& gateway) {
    const auto* path = state_.bfd->find(gateway.tag);
    const bool permitted = gateway.tracking ? state_.tracking->permits(gateway.tag)
                                            : path != nullptr && path->permits();
    if (std::exchange(gateway.in_use, permitted) == permitted) return;
    if (permitted) {
        gateway.epoch = state_.next_epoch();
        if (!gateway.tracking) state_.bfd->established(gateway.tag, gateway.epoch);
        state_.fib->neighbor_up(gateway.tag, gateway.epoch, fib::kNoInterface);
    } else {
        state_.fib->neighbor_down(gateway.tag, gateway.epoch);
    }
    changed_();
}

void StaticRoutes::tell(Gateway& gateway) {
    if (!is_news(gateway, state_.tracking->find(gateway.tag))) return;
    gateway.told = gateway.in_use;
    state_.events.publish(gateway_changed(state_, gateway));
}

void StaticRoutes::on_bfd(Gateway& gateway, const bfd::SessionChange& told) {
    use_or_veto(gateway);
    const std::string_view goes_on = "they stay";
    const auto peer = gateway.peer.to_string();
    log_change(told, "static routes via " + peer, goes_on);
    if (auto event = gateway_bfd_changed(peer, told, reason_of(told, goes_on)))
        state_.events.publish(std::move(*event));
    tell(gateway);
}

void StaticRoutes::on_bfd_not_resumed(Gateway& gateway) {
    log().warn("static routes via {}: BFD was switched on again by the peer, and does not come Up",
               gateway.peer.to_string());
    use_or_veto(gateway);
    tell(gateway);
}

void StaticRoutes::on_bfd_refusal(const Gateway& gateway, const bfd::RefusalChange& change) {
    const auto peer = gateway.peer.to_string();
    log_refusal(change, "static routes via " + peer);
    if (change.reason) state_.events.publish(gateway_bfd_refused(peer, *change.reason));
}

void StaticRoutes::on_tracked(fib::NeighborTag tag) {
    auto* gateway = state_.gateways.find(tag);
    const auto* known = state_.tracking->find(tag);
    if (gateway == nullptr || known == nullptr || state_.stopping) return;
    use_or_veto(*gateway);
    const auto who = gateway->peer.to_string();
    if (known->answers())
        log().info("static routes via {}: it answers", who);
    else
        log().warn("static routes via {}: {}", who, silence_words(*known));
    tell(*gateway);
}

}  // namespace dx::daemon
