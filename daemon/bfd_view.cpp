// A BFD session as `show` wants it.
#include "daemon/kernel_routes.hpp"
#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

using control::Milliseconds;
using std::chrono::duration_cast;

std::string diagnostic(bfd::Diagnostic diagnostic) {
    return diagnostic == bfd::Diagnostic::None ? "ok" : std::string(to_string(diagnostic));
}

control::BfdPeerView::Side side(const bfd::ControlPacket& said) {
    return {said.my_discriminator,
            diagnostic(said.diagnostic),
            std::chrono::ceil<Milliseconds>(said.required_min_rx),
            std::chrono::ceil<Milliseconds>(said.desired_min_tx),
            std::chrono::ceil<Milliseconds>(said.required_min_echo_rx),
            said.detect_multiplier};
}

std::optional<Milliseconds> in_milliseconds(const std::optional<bfd::Interval>& interval) {
    if (!interval) return std::nullopt;
    return duration_cast<Milliseconds>(*interval);
}

std::vector<std::pair<std::string, std::uint64_t>> occurred(const bfd::DiscardCounts& counts) {
    std::vector<std::pair<std::string, std::uint64_t>> result;
    for (int at = 0; at < static_cast<int>(bfd::Discard::Count); ++at) {
        const auto reason = static_cast<bfd::Discard>(at);
        if (counts.of(reason) != 0) result.emplace_back(to_string(reason), counts.of(reason));
    }
    return result;
}

// Who uses the session.
void add_users(const RouterState& state, const std::vector<BfdSessions::User>& users,
               control::BfdPeerView& view) {
    for (const auto user : users) {
        if (const auto* neighbor = state.neighbors.find(neighbor_of(user)))
            view.neighbor = neighbor->config.name;
        for (const auto& route : state.config.static_routes)
            if (state.gateways.tag_of(route) == user) view.static_routes.push_back(route.prefix);
    }
}

}  // namespace

std::optional<control::BfdView> bfd_view(const RouterState& state, const Neighbor& neighbor) {
    const auto* path = state.bfd->find(tag_of(neighbor.id));
    if (path == nullptr) return std::nullopt;
    return control::BfdView{std::string(to_string(path->state)),
                            duration_cast<Milliseconds>(path->settings.desired_min_tx),
                            path->settings.detect_multiplier, since(path->since)};
}

control::BfdPeerView bfd_peer_view(const RouterState& state, const BfdSessions::PeerStatus& of) {
    const auto& status = of.peer.status;
    control::BfdPeerView view;
    add_users(state, of.users, view);
    view.peer = of.peer.key.peer;
    view.local = of.peer.key.local ? of.peer.key.local : of.peer.heard_at;
    view.interface = state.interfaces.name_of(of.peer.key.interface);
    view.state = to_string(status.state);
    view.state_for = since(status.state_since);
    view.ours = side(status.local);
    if (status.remote.my_discriminator != 0) view.remote = side(status.remote);
    view.remote.diagnostic = diagnostic(status.remote.diagnostic);
    view.transmit_interval = in_milliseconds(status.transmit_interval);
    view.detection_time = in_milliseconds(status.detection_time);
    view.smallest_margin = status.smallest_margin;
    view.packets_in = status.counters.packets_in;
    view.packets_out = status.counters.packets_out;
    view.ups = status.counters.ups;
    view.downs = status.counters.downs;
    view.discarded = occurred(of.peer.discarded);
    if (of.peer.refused) view.refused = to_string(*of.peer.refused);
    view.send_errors = of.peer.send_errors;
    view.last_send_error = of.peer.last_send_error;
    view.trouble = of.trouble;
    return view;
}

}  // namespace dx::daemon
