#include "daemon/clears.hpp"

#include <string>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/tell.hpp"

namespace dx::daemon {

using control::ClearRequest;
using Outcome = control::CommandResult::Outcome;

control::CommandResult Clears::clear(const ClearRequest& request) {
    if (!state_.speaker) return {Outcome::Refused, "BGP waits for a router id"};
    const auto is_meant = [&](const Neighbor& neighbor) {
        return (!request.neighbor || neighbor.config.name == *request.neighbor) &&
               (!request.family || neighbor.config.families.contains(*request.family));
    };
    const bool hard = request.kind == ClearRequest::Kind::Hard;
    std::size_t meant = 0, cleared = 0;
    for (const auto& neighbor : state_.neighbors.all()) {
        if (!is_meant(*neighbor)) continue;
        ++meant;
        if (!hard && !neighbor->session) continue;  // nothing to refresh
        clear(*neighbor, request);
        ++cleared;
    }
    rib_work_.follow();
    if (request.neighbor && meant == 0)
        return {Outcome::Refused, "neighbor " + *request.neighbor + " carries no " +
                                      std::string(net::to_string(*request.family)) + " routes"};
    const auto without = meant - cleared;
    return {Outcome::Done,
            std::to_string(cleared) + (cleared == 1 ? " neighbor" : " neighbors") +
                (hard ? " reset" : " refreshed") +
                (without > 0 ? ", " + std::to_string(without) + " without a session" : "")};
}

void Clears::clear(Neighbor& neighbor, const ClearRequest& request) {
    const bool hard = request.kind == ClearRequest::Kind::Hard;
    log().info("neighbor {}: cleared {}{}", state_.neighbors.label(neighbor.id),
               by_whom(request.by), hard ? "" : " (soft)");
    state_.events.publish(
        by_operator(EventKind::Cleared, neighbor, hard ? "" : "softly", request.by));
    if (hard) return clear_hard(neighbor);
    if (!neighbor.session) return;  // its routes come and go with the next one
    for (const auto family : bgp::kFamilies)
        if (neighbor.session->families.contains(family) &&
            (!request.family || family == *request.family))
            clear_softly(neighbor, family, request.kind);
}

void Clears::clear_hard(Neighbor& neighbor) {
    restarts_.give_up(neighbor, "cleared");
    state_.speaker->clear(neighbor.id, bgp::CeaseReason::AdministrativeReset);
    peer_limits_.forget(neighbor);  // perhaps it takes more now
    tell_rib(state_, neighbor);
}

void Clears::clear_softly(const Neighbor& neighbor, net::Family family, ClearRequest::Kind kind) {
    if (kind != ClearRequest::Kind::SoftOut) {
        state_.rib->soft_in(neighbor.id, family);
        state_.speaker->send_route_refresh(
            neighbor.id, {bgp::AfiSafi::unicast(family), bgp::RefreshSubtype::Request});
    }
    if (kind != ClearRequest::Kind::SoftIn) state_.rib->soft_out(neighbor.id, family);
}

}  // namespace dx::daemon
