#include "daemon/session_reports.hpp"

#include <algorithm>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

// Our addresses toward the peer: the session's own, and for the other family what its interface
// has.
bgp::RibSession rib_session(const Neighbor& neighbor, const bgp::Negotiated& agreed,
                            const net::IpAddress& local, const Interfaces& interfaces) {
    bgp::RibSession session;
    session.families = agreed.families;
    session.wire = agreed.wire_context();
    session.peer_router_id = agreed.remote_id;
    session.peer_address = neighbor.config.address;
    session.role = agreed.sent.capabilities.role;
    session.long_lived =
        agreed.graceful_restart() && agreed.received.capabilities.long_lived_restart;

    const auto* interface = interfaces.with_address(local);
    const std::uint32_t index = neighbor.interface != 0 ? neighbor.interface
                                : interface != nullptr  ? interface->index
                                                        : 0;
    session.directly_connected =
        index != 0 && interfaces.connected_to(neighbor.config.address) != nullptr;
    session.local_v4 = interfaces.address_on(index, net::Family::Ipv4);
    session.local_v6 = interfaces.address_on(index, net::Family::Ipv6);
    session.local_link_local = interfaces.link_local_on(index);
    if (local.is_v4())
        session.local_v4 = local;
    else if (!local.is_link_local())
        session.local_v6 = local;
    if (neighbor.config.address.is_scoped()) session.directly_connected = true;
    return session;
}

// Most neighbors are the next hop of what they send: asked for before the first UPDATE is here, so
// that no route has to wait for the kernel's answer.
bgp::NextHopKey likely_next_hop(const Neighbor& neighbor) {
    const auto& address = neighbor.session->peer_address;
    const bool scoped = address.is_scoped();
    return {address, scoped ? neighbor.id : bgp::kLocalRoutes};
}

}  // namespace

void SessionReports::on_established(bgp::NeighborId id, bgp::SessionEpoch,
                                    const bgp::Negotiated& agreed) {
    auto& neighbor = *state_.neighbors.find(id);
    const auto local = state_.speaker->status(id).local.value_or(bgp::Endpoint{}).address;
    begin_session(neighbor, agreed, local);
    state_.bfd->follow_session(neighbor);
    parts_.bfd_absences.follow(neighbor);
    parts_.deferral.announce_anew(neighbor);  // from now on we have forwarded all the while
    parts_.next_hops.want(likely_next_hop(neighbor));
    log().info("neighbor {}: Established, hold time {} s", state_.neighbors.label(id),
               agreed.hold_time.count());
    state_.events.publish(established(neighbor, local));
    state_.rib->session_up(id, *neighbor.session);
    parts_.drills.note_established(neighbor);
    parts_.revivals.begin(neighbor);
    parts_.rib_work.follow();
}

void SessionReports::begin_session(Neighbor& neighbor, const bgp::Negotiated& agreed,
                                   const net::IpAddress& local) {
    neighbor.agreed = agreed;
    parts_.restarts.resume(neighbor);
    neighbor.epoch = state_.next_epoch();
    neighbor.session = rib_session(neighbor, agreed, local, state_.interfaces);
    neighbor.own_address.reset();
    if (is_single_hop(neighbor.config) && state_.interfaces.is_ours(local, neighbor.interface))
        neighbor.own_address = local;
    neighbor.end_of_rib_awaited = agreed.families;
    neighbor.sent_too_many = {};
}

void SessionReports::on_down(bgp::NeighborId id, bgp::SessionEpoch, const bgp::DownReason& reason) {
    auto& neighbor = *state_.neighbors.find(id);
    // As it stops the routes stay until forwarding ends: fib.on-stop says how.
    if (state_.stopping) return report_end(neighbor, reason);
    const auto kept = end_session(neighbor, reason);
    log().warn("neighbor {}: down: {}", state_.neighbors.label(id), reason.text);
    report_end(neighbor, reason);
    if (kept.empty()) parts_.drills.note_down(neighbor, reason.text);
    parts_.restarts.note_kept(neighbor);
    bgp::PerFamily<std::uint32_t> sent{};
    for (const auto family : bgp::kFamilies)
        sent[family] = state_.rib->counts(id, family).advertised;
    state_.rib->session_down(id, kept);
    if (reason.cause == bgp::DownCause::NotificationReceived)
        parts_.peer_limits.ended(neighbor, *reason.notification, sent);
    parts_.rib_work.follow();
}

// Forwarding first: it moves the traffic before the tables are through. The families whose routes
// stay.
bgp::Families SessionReports::end_session(Neighbor& neighbor, const bgp::DownReason& reason) {
    const auto kept = parts_.restarts.keep(neighbor, reason);
    parts_.revivals.end(neighbor);
    parts_.next_hops.unwant(likely_next_hop(neighbor));
    neighbor.session.reset();
    if (reason.cause == bgp::DownCause::Administrative || !kept.empty())
        neighbor.flaps.ended();
    else
        neighbor.flaps.failed(Flaps::Clock::now());
    neighbor.end_of_rib_awaited = {};
    return kept;
}

void SessionReports::report_end(const Neighbor& neighbor, const bgp::DownReason& reason) {
    if (auto said = notification(neighbor, reason)) state_.events.publish(std::move(*said));
    RouteCounts counts;
    for (const auto family : bgp::kFamilies)
        counts[family] = state_.rib->counts(neighbor.id, family);
    state_.events.publish(session_down(neighbor, reason, counts));
}

void SessionReports::on_attempt_failed(bgp::NeighborId id, const bgp::DownReason& reason) {
    const auto* const neighbor = state_.neighbors.find(id);
    if (neighbor == nullptr) return;
    if (auto said = notification(*neighbor, reason)) state_.events.publish(std::move(*said));
    state_.events.publish(attempt_failed(*neighbor, reason));
}

void SessionReports::on_update_ahead(bgp::NeighborId, const bgp::UpdateLayout& update) {
    state_.rib->fetch_ahead(update);
}

void SessionReports::on_update(bgp::NeighborId id, const bgp::Update& update) {
    for (const auto& error : update.errors)
        log().warn("neighbor {}: {} in an UPDATE: {}", state_.neighbors.label(id),
                   error.action == bgp::ErrorAction::TreatAsWithdraw
                       ? "error, its routes are treated as withdrawn,"
                       : "error, the attribute is discarded,",
                   error.text);
    state_.rib->update(id, update, state_.route_time());
    parts_.revivals.heard(id);
    parts_.rib_work.follow_update();
}

void SessionReports::on_route_refresh(bgp::NeighborId id, const bgp::RouteRefresh& refresh) {
    const auto* neighbor = state_.neighbors.find(id);
    const auto family = refresh.afi_safi.family();
    if (!family || !neighbor->session || !neighbor->session->families.contains(*family)) {
        log().info("neighbor {}: ROUTE-REFRESH for a family that is not negotiated, ignored",
                   state_.neighbors.label(id));
        return;
    }
    switch (refresh.subtype) {
        case bgp::RefreshSubtype::Request: state_.rib->refresh_requested(id, *family); break;
        case bgp::RefreshSubtype::Begin: state_.rib->refresh_begins(id, *family); break;
        case bgp::RefreshSubtype::End: state_.rib->refresh_ends(id, *family); break;
    }
    parts_.rib_work.follow();
}

void SessionReports::fill_updates(bgp::NeighborId id, std::size_t wanted, bgp::Buffer& out) {
    state_.rib->fill(id, out, wanted);
    parts_.rib_work.follow();
}

void SessionReports::on_state_change(bgp::NeighborId id, bgp::State old, bgp::State now,
                                     std::string_view why) {
    log().debug("neighbor {}: {} -> {}: {}", state_.neighbors.label(id), to_string(old),
                to_string(now), why);
    if (const auto* const neighbor = state_.neighbors.find(id))
        state_.events.publish(state_changed(*neighbor, old, now, why));
}

void SessionReports::on_note(std::optional<bgp::NeighborId> id, bgp::Severity severity,
                             std::string_view text) {
    if (id)
        log().log(log_level(severity), "neighbor {}: {}", state_.neighbors.label(*id), text);
    else
        log().log(log_level(severity), "{}", text);
}

}  // namespace dx::daemon
