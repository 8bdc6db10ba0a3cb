// What the sessions tell the router, and ask of it. Everything happens on the thread that runs the
// speaker's io_context. An implementation may call the speaker back from within any of these.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libbgp/fsm/down_reason.hpp"
#include "libbgp/fsm/event.hpp"
#include "libbgp/fsm/negotiation.hpp"
#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/wire/message.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

// Counts a neighbor's established sessions: 1 for the first. Never goes back while the neighbor is
// configured.
enum class SessionEpoch : std::uint32_t {};

enum class Severity : std::uint8_t { Debug, Info, Warning, Error };

class SessionEvents {
public:
    virtual ~SessionEvents() = default;

    virtual void on_established(NeighborId id, SessionEpoch epoch, const Negotiated& agreed) = 0;

    // Exactly once for each on_established.
    virtual void on_down(NeighborId id, SessionEpoch epoch, const DownReason& reason) = 0;

    // There was none to go down. Once for each reason until there is a session.
    virtual void on_attempt_failed(NeighborId, const DownReason&) {}

    // Only in Established. `update` views the receive buffer: valid during the call.
    virtual void on_update(NeighborId id, const Update& update) = 0;

    // A hint: this UPDATE has come and waits behind the one that on_update is called for next.
    virtual void on_update_ahead(NeighborId, const UpdateLayout&) {}

    // Any AFI/SAFI may stand in it: the families of the session are the router's to check.
    virtual void on_route_refresh(NeighborId id, const RouteRefresh& refresh) = 0;

    // The socket takes more: append whole UPDATEs to `out`, about `wanted` bytes of them (the last
    // message may go over). Appending nothing means that there is nothing to send until the router
    // calls Speaker::wake.
    virtual void fill_updates(NeighborId id, std::size_t wanted, Buffer& out) = 0;

    // `why` is one line for people.
    virtual void on_state_change(NeighborId id, State old, State now, std::string_view why) = 0;

    // For the log: what no other event says. `id` is none for what concerns listeners or strangers.
    virtual void on_note(std::optional<NeighborId> id, Severity severity,
                         std::string_view text) = 0;
};

}  // namespace dx::bgp
