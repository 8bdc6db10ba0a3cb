// The finite state machine of one neighbor: RFC 4271 8, with its up to two connections (6.8), RFC
// 6286, 6608, 9687.
//
// Two levels. A Connection is OpenSent, OpenConfirm or Established and knows nothing of another
// one. The neighbor dials, waits, damps, and decides which connection survives; Idle, Connect and
// Active are its words for having none.
//
// No sockets, no clock, no globals: events go in, actions come out, and the driver
// (libbgp/session) carries them out in order. Events that make no sense in a state, such as those
// of a connection that is gone, have no actions; tests/unit/libbgp/fsm/state_table.txt lists all.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "libbgp/fsm/event.hpp"
#include "libbgp/fsm/negotiation.hpp"

namespace dx::bgp {

// After a failure the neighbor stays in Idle for a time that doubles with each session that does
// not live to be `kSettled` old (RFC 4271 8.1.1, DampPeerOscillations). A neighbor that ended in
// good order (Cease, TCP closed, our operator's reset) is dialled again almost at once. Connections
// that come in are accepted even then: the peer's operator should not have to wait for our timers.
inline constexpr std::chrono::milliseconds kIdleHoldAfterOrderlyEnd{250};
inline constexpr std::chrono::milliseconds kIdleHoldAfterError{1'000};
inline constexpr std::chrono::milliseconds kIdleHoldMax{15'000};
inline constexpr std::chrono::milliseconds kSettled{30'000};

class NeighborFsm {
public:
    // `seed` is all the randomness there is: it makes the jitter.
    NeighborFsm(PeerSettings settings, std::uint32_t seed);

    Actions handle(const Event& event);

    // For connections from now on; a session keeps what it negotiated.
    void set_settings(PeerSettings settings) { settings_ = std::move(settings); }

    const PeerSettings& settings() const { return settings_; }

    State state() const;                    // of the furthest connection
    State state_of(ConnectionId id) const;  // Idle: unknown, or gone
    std::optional<ConnectionId> furthest() const;
    const Negotiated* session() const;  // what the Established one agreed on, else null

    std::uint32_t connect_retry_count() const { return connect_retry_count_; }

private:
    // What the neighbor does while it has no connection.
    enum class Mode : std::uint8_t {
        Stopped,    // until Start
        Damped,     // until the IdleHold timer, or until the peer connects
        Searching,  // dials and listens
    };

    // How to go on after the last connection ended.
    enum class Next : std::uint8_t { RetryLater, AfterOrderlyEnd, AfterError, AfterVersionError };

    struct Connection {
        ConnectionId id{};
        Direction direction{};
        State state = State::OpenSent;
        Open sent;
        std::optional<Negotiated> agreed;  // from OpenConfirm on
    };

    void on(const event::Start& event);
    void on(const event::Stop& event);
    void on(const event::Reset& event);
    void on(const event::Connected& event);
    void on(const event::ConnectFailed& event);
    void on(const event::Closed& event);
    void on(const event::OpenReceived& event);
    void on(const event::KeepaliveReceived& event);
    void on(const event::UpdateReceived& event);
    void on(const event::RouteRefreshReceived& event);
    void on(const event::NotificationReceived& event);
    void on(const event::MalformedMessage& event);
    void on(const event::InternalError& event);
    void on(const event::Expired& event);

    void search();  // dial, or wait where passive
    void stop_searching();
    void arm_connect_retry(std::chrono::milliseconds gone_by = {});
    void accept(ConnectionId id);
    void send_open(ConnectionId id, Direction direction);
    void confirm_open(Connection& connection);
    std::optional<Connection> rival_of(const Connection& connection) const;
    bool wins(const Connection& connection, const Connection& rival) const;
    static bool may_take_over(const Connection& connection, const Connection& session);
    void establish(Connection& connection);
    void restart_hold(const Connection& connection);
    void start_keepalive(const Connection& connection);
    void expired_of(Timer timer, Connection& connection);

    // Ends a connection: `reason.notification` is sent if `tell`. Then goes on as `next` says,
    // unless another connection is left.
    void end(ConnectionId id, DownReason reason, bool tell, Next next);
    void end_with(ConnectionId id, const Notification& notification, Next next,
                  std::string_view detail = {});
    void end_unexpected(const Connection& connection, std::string_view message);
    void end_all(const DownReason& reason);
    void go_on(Next next);

    Connection* find(ConnectionId id);
    const Connection* furthest_connection() const;
    std::chrono::milliseconds jittered(std::chrono::milliseconds time);

    void act(Action action) { actions_.push_back(std::move(action)); }

    PeerSettings settings_;
    std::minstd_rand random_;
    Mode mode_ = Mode::Stopped;
    bool dialling_ = false;
    bool retry_armed_ = false;
    unsigned failures_ = 0;  // sessions and attempts in a row that did not live long
    std::uint32_t connect_retry_count_ = 0;
    std::vector<Connection> connections_;  // two at most
    Actions actions_;                      // of the event being handled
};

}  // namespace dx::bgp
