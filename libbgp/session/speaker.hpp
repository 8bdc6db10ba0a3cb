// Owns the listeners and every neighbor's connections: sockets, MD5 keys, timers, read and write
// loops. Decides nothing: the fsm does (RFC 4271 8). Knows no routes: UPDATEs are handed to, and
// pulled from, SessionEvents.
// RFC 2385, 4271 8 and 6.8, 5082, 9003, 9687.
//
// Everything runs on the one thread that runs `executor`'s context; no call blocks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/session/session_events.hpp"
#include "libbgp/session/session_status.hpp"
#include "libbgp/session/settings.hpp"

namespace dx::bgp {

// One listening socket as it stands. An address that does not exist yet is waited for.
struct ListenerStatus {
    Endpoint endpoint;
    std::string interface;  // of link-local neighbors; empty: all
    bool listening = false;
    std::string error;  // why not

    std::string where() const;  // "[::]:179 on eth0"
};

class Speaker {
public:
    // `events` outlives the speaker.
    Speaker(boost::asio::any_io_executor executor, const SpeakerSettings& settings,
            SessionEvents& events);
    ~Speaker();  // closes everything at once, telling nobody: see stop()

    Speaker(const Speaker&) = delete;
    Speaker& operator=(const Speaker&) = delete;

    // Opens the listeners and starts every neighbor, also those that are added later. Returns with
    // each listener up or its error in `listeners()`.
    void start();

    // Ends every session with a Cease, with `text` where the RFCs provide for one; on_down of each
    // comes before this returns, and no event after it. `done` is called once everything is sent
    // and closed, at the latest after a second.
    void stop(CeaseReason reason, std::string_view text, std::function<void()> done);

    std::vector<ListenerStatus> listeners() const;

    void add_neighbor(NeighborId id, NeighborSettings settings);

    // Cease/Peer De-configured. No event for this `id` comes after on_down, which comes before this
    // returns.
    void remove_neighbor(NeighborId id);

    // Applies what can be applied to a session that stays (passive, connect-retry, shutdown); the
    // rest holds from the next connection on. A changed password, address, local address or
    // interface is applied to the sockets at once: reset the neighbor with it (`clear`).
    void update_neighbor(NeighborId id, NeighborSettings settings);

    // Ends the session with a Cease, with a text where the RFCs provide for one, and starts anew.
    // Ends what `cease` began.
    void clear(NeighborId id, CeaseReason reason, std::string_view text = {});

    // Ends the session with `notification`: a prefix limit, BFD (6/10), out of resources. Starts
    // anew after `restart_after`, and until then refuses connections; at once without it.
    void cease(NeighborId id, const Notification& notification,
               std::optional<std::chrono::milliseconds> restart_after = std::nullopt);

    // No session before `time` is over, as after `cease`: the peer would end it at once. `reason`
    // is shown.
    void hold_down(NeighborId id, std::chrono::milliseconds time, std::string_view reason);

    // Ends the waiting that `cease` or `hold_down` began; otherwise nothing.
    void release(NeighborId id);

    // Ends the session without a NOTIFICATION, for good: a peer that helps us restart (RFC 4724)
    // keeps our routes. To be followed by stop().
    void leave(NeighborId id);

    // The neighbor's interface or our address on it is gone: the session ends at once and `reason`
    // is shown. Dials at once when it is back.
    void set_reachable(NeighborId id, bool reachable, std::string_view reason = {});

    // There are UPDATEs to pull.
    void wake(NeighborId id);

    // Ignored unless Established.
    void send_route_refresh(NeighborId id, const RouteRefresh& refresh);

    SessionStatus status(NeighborId id) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace dx::bgp
