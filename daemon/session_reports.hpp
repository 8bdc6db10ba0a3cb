// What the sessions report, carried to the RIB, to forwarding and to the journal.
#pragma once

#include "daemon/bfd_absences.hpp"
#include "daemon/drills.hpp"
#include "daemon/neighbor_restarts.hpp"
#include "daemon/next_hops.hpp"
#include "daemon/peer_limits.hpp"
#include "daemon/revivals.hpp"
#include "daemon/rib_work.hpp"
#include "daemon/router_state.hpp"
#include "daemon/selection_deferral.hpp"
#include "libbgp/session/session_events.hpp"

namespace dx::daemon {

class SessionReports final : public bgp::SessionEvents {
public:
    struct Parts {
        NextHops& next_hops;
        RibWork& rib_work;
        Revivals& revivals;
        NeighborRestarts& restarts;
        SelectionDeferral& deferral;
        Drills& drills;
        BfdAbsences& bfd_absences;
        PeerLimits& peer_limits;
    };

    SessionReports(RouterState& state, const Parts& parts) : state_(state), parts_(parts) {}

private:
    void on_established(bgp::NeighborId id, bgp::SessionEpoch epoch,
                        const bgp::Negotiated& agreed) override;
    void on_down(bgp::NeighborId id, bgp::SessionEpoch epoch,
                 const bgp::DownReason& reason) override;
    void on_attempt_failed(bgp::NeighborId id, const bgp::DownReason& reason) override;
    void on_update(bgp::NeighborId id, const bgp::Update& update) override;
    void on_update_ahead(bgp::NeighborId id, const bgp::UpdateLayout& update) override;
    void on_route_refresh(bgp::NeighborId id, const bgp::RouteRefresh& refresh) override;
    void fill_updates(bgp::NeighborId id, std::size_t wanted, bgp::Buffer& out) override;
    void on_state_change(bgp::NeighborId id, bgp::State old, bgp::State now,
                         std::string_view why) override;
    void on_note(std::optional<bgp::NeighborId> id, bgp::Severity severity,
                 std::string_view text) override;

    void begin_session(Neighbor& neighbor, const bgp::Negotiated& agreed,
                       const net::IpAddress& local);
    bgp::Families end_session(Neighbor& neighbor, const bgp::DownReason& reason);
    void report_end(const Neighbor& neighbor, const bgp::DownReason& reason);

    RouterState& state_;
    Parts parts_;
};

}  // namespace dx::daemon
