#include "daemon/tell.hpp"

#include "daemon/kernel_routes.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

void tell_forwarding(const RouterState& state, const Neighbor& neighbor) {
    const auto tag = tag_of(neighbor.id);
    state.fib->set_weight(tag, neighbor.config.weight);
    state.fib->set_cover_role(tag, cover_role(aws_link(neighbor.config)));
}

void tell_rib(const RouterState& state, const Neighbor& neighbor) {
    state.rib->set_neighbor(neighbor.id, rib_settings(state.config, neighbor));
}

void tell_speaker(const RouterState& state, const Neighbor& neighbor) {
    state.speaker->update_neighbor(neighbor.id, speaker_settings_of(state, neighbor));
}

bgp::NeighborSettings speaker_settings_of(const RouterState& state, const Neighbor& neighbor) {
    auto settings = session_settings(state.config, neighbor, *state.router_id);
    settings.peer.graceful_restart = announced_restart(neighbor, state.restart);
    return settings;
}

}  // namespace dx::daemon
