// What forwarding reports: interfaces, next hops, routes of the table, and what it notes for the
// log.
#include "daemon/event_reports.hpp"
#include "daemon/kernel_events.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"

namespace dx::daemon {

void Router::on_fib_ready() {
    selection_deferral_.find_out_what_was_kept([this] { begin(); });
}

void Router::on_interface(const netlink::Interface& interface) {
    state_.interfaces.set(interface);
    follow_interfaces();
}

void Router::on_interface_removed(std::uint32_t index, const std::string&) {
    state_.interfaces.remove(index);
    follow_interfaces();
}

void Router::on_next_hop(const fib::NextHopState& state) {
    using Problem = fib::NextHopProblem;
    if (state.problem == Problem::OwnAddress || state.problem == Problem::NotAHost)
        log().warn("routes with next hop {} are not used: {}", state.key.address.to_string(),
                   to_string(state.problem));
    if (!state_.rib) return;
    for (const auto& key : next_hops_.learn(state))
        state_.rib->next_hop_changed(key, next_hops_.state(key));
    rib_work_.follow();
}

void Router::on_network(const fib::NetworkPresence& presence) {
    local_routes_.learn(presence, state_.route_time());
    rib_work_.follow();
}

void Router::on_redistributed(const fib::RedistributedRoute& route) {
    local_routes_.learn(route, state_.route_time());
    rib_work_.follow();
}

void Router::on_fib_note(const netlink::Note& note) {
    log().log(log_level(note.severity), "{}", note.text);
    if (auto event = kernel_event(note)) state_.events.publish(std::move(*event));
    if (!note.about || note.about->kind != fib::FibNote::Kind::FailedOver) return;
    const auto* const neighbor = state_.neighbors.find(neighbor_of(note.about->neighbor));
    state_.events.publish(failed_over(neighbor, note.text, note.about->took));
}

}  // namespace dx::daemon
