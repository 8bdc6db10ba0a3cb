// Drives one neighbor's fsm: gives it events, carries out its actions, keeps what `show` wants to
// know.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "libbgp/fsm/neighbor_fsm.hpp"
#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/session/connection.hpp"
#include "libbgp/session/dial.hpp"
#include "libbgp/session/lazy_timer.hpp"
#include "libbgp/session/session_events.hpp"
#include "libbgp/session/session_status.hpp"
#include "libbgp/session/settings.hpp"

namespace dx::bgp {

class NeighborSession final : public std::enable_shared_from_this<NeighborSession>,
                              private ConnectionOwner {
public:
    NeighborSession(boost::asio::any_io_executor executor, NeighborId id, NeighborSettings settings,
                    SessionEvents& events);
    ~NeighborSession();

    const NeighborSettings& settings() const { return settings_; }

    bool reachable() const { return reachable_; }

    void activate();  // the speaker runs: start, unless something forbids it
    void deactivate(const DownReason& reason);  // for good, or until activate()
    void update(NeighborSettings settings);
    void set_reachable(bool reachable, std::string_view reason);
    void reset(DownReason reason);
    void hold_down(DownReason reason, std::chrono::milliseconds time);
    void release();  // from hold_down
    void accept(boost::asio::ip::tcp::socket socket);

    void wake();
    void send_route_refresh(const RouteRefresh& refresh);

    SessionStatus status() const;

    bool lingering() const;  // something is still being said to the peer
    void abort();            // drops everything, silently; no event comes after it

private:
    using ConnectionPtr = std::shared_ptr<Connection>;

    void on_message(ConnectionId id, const MessageView& message) override;
    void on_message_ahead(ConnectionId id, const MessageView& message) override;
    void on_malformed(ConnectionId id, const Notification& notification) override;
    void on_closed(ConnectionId id, std::string text) override;
    void on_expired(ConnectionId id, Timer timer) override;
    void fill_updates(ConnectionId id, std::size_t wanted, Buffer& out) override;
    void on_bug(ConnectionId id, std::string text) override;

    void on_open(ConnectionId id, Bytes body);
    void on_notification(ConnectionId id, Bytes body);
    void on_update(ConnectionId id, Bytes body);
    void on_route_refresh(ConnectionId id, const MessageView& message);

    // Events that come up while one is being handled wait for it to be finished.
    void handle(Event event);
    void handle_one(const Event& event);

    template <class Step>
    void guarded(Step step);

    void perform(const action::Dial& action);
    void perform(const action::CancelDial& action);
    void perform(const action::SendOpen& action);
    void perform(const action::SendKeepalive& action);
    void perform(const action::Close& action);
    void perform(const action::StartTimer& action);
    void perform(const action::StopTimer& action);
    void perform(const action::SessionUp& action);
    void perform(const action::Down& action);

    void start_or_stop(std::optional<DownReason> why_stopped);
    void adopt(boost::asio::ip::tcp::socket socket, Direction direction);
    void dial_done(DialResult result);
    void note_state_change(State old, const Event& event);
    Connection* find(ConnectionId id) const;
    Connection* session_connection() const;
    LazyTimer& timer(Timer timer);
    void note_received(const MessageView& message);
    void note_failure(const DownReason& reason);

    boost::asio::any_io_executor executor_;
    NeighborId id_;
    NeighborSettings settings_;
    SessionEvents* events_;  // null after abort()
    NeighborFsm fsm_;
    bool active_ = false;
    bool running_ = false;  // Start was given to the fsm
    bool reachable_ = true;
    bool handling_ = false;
    std::deque<Event> waiting_;
    std::uint32_t last_connection_ = 0;
    std::shared_ptr<DialAttempt> dial_;
    SteadyTime dialled_at_;
    std::vector<ConnectionPtr> connections_;            // those that the fsm knows
    std::vector<std::weak_ptr<Connection>> lingering_;  // those that it closed
    std::array<LazyTimer, 3> timers_;
    LazyTimer hold_down_;                   // runs: held down
    SessionStatus status_;                  // what is not asked elsewhere
    std::set<std::string> failures_noted_;  // of attempts since the last session
    std::string why_;                       // the last Down, for the state change that goes with it
};

}  // namespace dx::bgp
