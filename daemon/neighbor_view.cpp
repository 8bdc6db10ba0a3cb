// A neighbor as `show ip bgp summary` and `show ip bgp neighbors` want it: the configuration, the
// session and the RIB's counts put together.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "daemon/peer_limits.hpp"
#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

control::MessageCounts counts(const bgp::MessageCounters& counters) {
    return {counters.opens, counters.notifications, counters.updates, counters.keepalives,
            counters.route_refreshes};
}

std::vector<control::NotificationCount> counts(
    const std::map<bgp::NotificationName, std::uint64_t>& notifications) {
    std::vector<control::NotificationCount> result;
    for (const auto& [name, count] : notifications)
        result.push_back({std::string(name.code), std::string(name.subcode), count});
    return result;
}

void describe_traffic(const bgp::SessionStatus& status, control::NeighborView& view) {
    view.last_read = since(status.in.last);
    view.last_write = since(status.out.last);
    view.last_update = since(status.in.last_update);
    view.messages_received = counts(status.in.messages);
    view.messages_sent = counts(status.out.messages);
    view.notifications_received = counts(status.in.notifications);
    view.notifications_sent = counts(status.out.notifications);
    view.bytes_received = status.in.bytes;
    view.bytes_sent = status.out.bytes;
    view.input_queue = status.in_queue;
    view.output_queue = status.out_queue;
}

void describe_configuration(const RouterState& state, const config::Neighbor& config,
                            control::NeighborView& view) {
    view.address = config.address;
    view.name = config.name;
    view.interface = config.interface;
    view.description = config.description;
    if (config.profile != config::Profile::None) view.profile = to_string(config.profile);
    view.remote_as = config.remote_as;
    view.local_as = state.config.router.asn;
    view.local_id = state.router_id;
    view.connect_retry = config.timers.connect_retry;
    view.hold.configured = config.timers.hold;
    view.keepalive.configured = config.timers.keepalive;
    if (config.bgp_role) view.local_role = config.bgp_role->role;
    view.passive = config.passive;
    view.ttl_security = config.ttl_security;
    view.password = config.password.has_value();
    view.multihop = config.multihop;
    view.shutdown_text = config.shutdown.message;
}

control::Milliseconds time_until(std::chrono::steady_clock::time_point then) {
    const auto left = then - std::chrono::steady_clock::now();
    return std::max(control::Milliseconds(0),
                    std::chrono::duration_cast<control::Milliseconds>(left));
}

control::DrainView drain_view(const Drain& drain) {
    if (drain.ended) return {};
    return {time_until(drain.timer.expiry())};
}

void describe_session(const bgp::SessionStatus& status, control::NeighborView& view) {
    view.state = to_string(status.state);
    const bool by_limit = status.last_down && status.last_down->notification &&
                          is_prefix_limit(*status.last_down->notification);
    if (status.held_down) view.state_note = by_limit ? "PfxCt" : "Test";
    if (status.shutdown) view.state_note = "Admin";
    if (!status.reachable && !status.shutdown) view.waiting_for = status.unreachable_reason;
    view.state_for = since(status.since);
    view.up_for = since(status.established_at);
    view.established = status.established_count;
    view.dropped = status.dropped_count;
    view.internal_errors = status.internal_errors;
    view.last_error = status.last_error;
    if (status.last_down && status.last_down_at)
        view.last_down = {since(*status.last_down_at), status.last_down->text};
    view.next_connect = status.next_attempt_in;
    for (const auto& [cause, count] : status.dropped_by)
        view.dropped_by.emplace_back(to_string(cause), count);
    describe_traffic(status, view);
    if (status.local) {
        view.local_address = status.local->address;
        view.local_port = status.local->port;
    }
    if (status.remote) view.remote_port = status.remote->port;
    if (!status.negotiated) return;
    const auto& agreed = *status.negotiated;
    view.remote_id = agreed.remote_id;
    view.hold.negotiated = agreed.hold_time;
    view.keepalive.negotiated = agreed.keepalive;
    view.sent = agreed.sent.capabilities;
    view.received = agreed.received.capabilities;
    view.extended_messages = agreed.extended_messages;
}

std::optional<control::PrefixLimitView> limit_in(const config::Neighbor& config, net::Family family,
                                                 const bgp::NeighborCounts& counts) {
    const auto& limit = config.prefix_limit.in[family];
    if (!limit) return std::nullopt;
    const bool discards = limit->action == config::InboundLimit::Action::Discard;
    return control::PrefixLimitView{limit->max, discards ? "discard" : "restart", counts.discarded,
                                    std::nullopt};
}

std::optional<control::PrefixLimitView> limit_out(const RouterState& state,
                                                  const Neighbor& neighbor, net::Family family,
                                                  const bgp::NeighborCounts& counts) {
    const auto limit = daemon::limit_out(neighbor, family);
    if (!limit) return std::nullopt;
    const bool shortest = limit->order == config::OutboundLimit::Order::ShortestFirst;
    control::PrefixLimitView view{limit->max, shortest ? "shortest-first" : "configured",
                                  counts.held_back, limit->warn_percent,
                                  limit != neighbor.config.prefix_limit.out[family]};
    if (const auto& said = neighbor.taken_at_most[family]; view.by_peer && said)
        view.peer_said_at = std::chrono::system_clock::to_time_t(said->said);
    view.aggregated = counts.aggregated;
    if (!state.rib) return view;
    for (const auto& each : state.rib->aggregates(neighbor.id, family))
        view.aggregates.push_back({each.prefix, each.announced, each.refused, each.covered});
    return view;
}

control::NeighborFamilyView family_view(const RouterState& state, const Neighbor& neighbor,
                                        net::Family family) {
    control::NeighborFamilyView view;
    view.family = family;
    const auto& config = neighbor.config;
    view.configured = config.families.contains(family);
    if (config.import_policy) view.import_policy = config.import_policy->name();
    if (config.export_policy) view.export_policy = config.export_policy->name();
    bgp::NeighborCounts counts;
    if (state.rib) {
        counts = state.rib->counts(neighbor.id, family);
        view.table_version = state.rib->summary(family).version;
    }
    view.received = counts.received;
    view.accepted = counts.accepted;
    view.advertised = counts.advertised;
    view.limit_in = limit_in(config, family, counts);
    view.limit_out = limit_out(state, neighbor, family, counts);
    view.sent_too_many = neighbor.sent_too_many[family];
    if (!neighbor.session) return view;
    view.negotiated = neighbor.session->families.contains(family);
    view.end_of_rib_received = view.negotiated && !neighbor.end_of_rib_awaited.contains(family);
    view.end_of_rib_sent = counts.end_of_rib_sent;
    return view;
}

std::string_view mode_name(config::GracefulRestart::Mode mode) {
    switch (mode) {
        case config::GracefulRestart::Mode::Off: break;
        case config::GracefulRestart::Mode::Helper: return "Helper";
        case config::GracefulRestart::Mode::Full: return "Restart";
    }
    return "Disable";
}

std::string_view phase_name(Retention::Phase phase) {
    switch (phase) {
        case Retention::Phase::Away: break;
        case Retention::Phase::LongAway: return "longAway";
        case Retention::Phase::Back: return "back";
    }
    return "away";
}

control::RestartView restart_view(const RouterState& state, const Neighbor& neighbor) {
    using control::Milliseconds;
    control::RestartView view;
    view.mode = mode_name(neighbor.config.graceful_restart.mode);
    view.restart_time = neighbor.config.graceful_restart.restart_time;
    for (const auto family : bgp::kFamilies) {
        if (state.restart.held.contains(family) && neighbor.config.families.contains(family))
            view.deferred.push_back(family);
        const auto& kept = neighbor.retention.of(family);
        if (!kept || !state.rib) continue;
        const auto left =
            std::chrono::duration_cast<Milliseconds>(kept->until - RouterState::Clock::now());
        view.kept.push_back({family, std::string(phase_name(kept->phase)), kept->lasts,
                             std::max(left, Milliseconds(0)),
                             state.rib->counts(neighbor.id, family).stale});
    }
    if (!neighbor.session && view.kept.empty()) return view;
    view.theirs = neighbor.agreed.received.capabilities.graceful_restart;
    view.theirs_long = neighbor.agreed.received.capabilities.long_lived_restart;
    view.notifications = neighbor.agreed.notifications_preserve();
    return view;
}

}  // namespace

std::string kept_text(const RouterState& state, const net::Prefix& prefix,
                      const bgp::PathView& path) {
    const auto* neighbor = path.stale ? state.neighbors.find(path.neighbor) : nullptr;
    if (neighbor == nullptr) return {};
    const auto& kept = neighbor->retention.of(prefix.family());
    return kept ? to_string(*kept, RouterState::Clock::now()) : std::string();
}

std::string return_text(const Neighbor& neighbor) {
    if (!neighbor.back_in_use_at) return "it has not told all its routes yet";
    const auto left = std::chrono::ceil<std::chrono::seconds>(time_until(*neighbor.back_in_use_at));
    return fmt::format("return-delay, used again in {} s", left.count());
}

control::NeighborView neighbor_view(const RouterState& state, const Neighbor& neighbor) {
    control::NeighborView view;
    describe_configuration(state, neighbor.config, view);
    if (state.speaker) {
        describe_session(state.speaker->status(neighbor.id), view);
    } else {
        view.state = to_string(bgp::State::Idle);
        view.waiting_for = "a router id: no interface has an IPv4 address";
    }
    if (neighbor.drain) view.drain = drain_view(*neighbor.drain);
    if (neighbor.back_in_use_at) view.back_in_use = time_until(*neighbor.back_in_use_at);
    view.bfd = bfd_view(state, neighbor);
    view.restart = restart_view(state, neighbor);
    for (const auto family : bgp::kFamilies) {
        const bool negotiated = neighbor.session && neighbor.session->families.contains(family);
        if (negotiated || neighbor.config.families.contains(family))
            view.families.push_back(family_view(state, neighbor, family));
    }
    return view;
}

}  // namespace dx::daemon
