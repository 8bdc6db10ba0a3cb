// What the neighbor does after the events of neighbor_fsm.cpp: dialling and waiting, the steps of a
// connection, its end, and how to go on.
#include <algorithm>
#include <utility>

#include "libbgp/fsm/neighbor_fsm.hpp"

namespace dx::bgp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// RFC 6608: the subcode names the state.
Notification unexpected_in(State state) {
    switch (state) {
        case State::OpenSent: return notification(FsmError::UnexpectedInOpenSent);
        case State::OpenConfirm: return notification(FsmError::UnexpectedInOpenConfirm);
        case State::Established: return notification(FsmError::UnexpectedInEstablished);
        default: return notification(FsmError::Unspecified);
    }
}

}  // namespace

void NeighborFsm::search() {
    mode_ = Mode::Searching;
    if (settings_.passive || dialling_) return;
    // A connection that only waits for an OPEN may wait in vain: that is no reason not to dial.
    const bool busy = std::ranges::any_of(connections_, [](const Connection& connection) {
        return connection.direction == Direction::Outgoing || connection.state != State::OpenSent;
    });
    if (busy) return;
    dialling_ = true;
    act(action::Dial{});
}

void NeighborFsm::stop_searching() {
    if (std::exchange(dialling_, false)) act(action::CancelDial{});
    if (std::exchange(retry_armed_, false)) act(action::StopTimer{Timer::ConnectRetry});
}

void NeighborFsm::arm_connect_retry(milliseconds gone_by) {
    if (settings_.passive || retry_armed_) return;
    retry_armed_ = true;
    const auto left = std::max(jittered(settings_.connect_retry) - gone_by, milliseconds(0));
    act(action::StartTimer{Timer::ConnectRetry, {}, left});
}

void NeighborFsm::send_open(ConnectionId id, Direction direction) {
    const auto& connection = connections_.emplace_back(
        Connection{id, direction, State::OpenSent, make_open(settings_), {}});
    act(action::SendOpen{id, connection.sent});
    act(action::StartTimer{Timer::Hold, id, settings_.open_timeout});
}

// The other connection, if its OPEN has come too: only then RFC 4271 6.8 sees a collision.
std::optional<NeighborFsm::Connection> NeighborFsm::rival_of(const Connection& connection) const {
    for (const auto& other : connections_)
        if (other.id != connection.id && other.state != State::OpenSent) return other;
    return std::nullopt;
}

// RFC 4271 6.8 and RFC 6286 2.3. An Established connection wins; otherwise the one that was
// initiated by the side with the greater identifier, or the greater AS number where both have the
// same.
bool NeighborFsm::wins(const Connection& connection, const Connection& rival) const {
    if (rival.state == State::Established) return false;
    const auto ours = std::pair{settings_.router_id, settings_.local_as};
    const auto theirs = std::pair{connection.agreed->remote_id, connection.agreed->remote_as};
    const auto kept = ours > theirs ? Direction::Outgoing : Direction::Incoming;
    return connection.direction == kept;
}

// RFC 4724 4.2 and 5: a peer that restarts gracefully, and opens another connection beside its
// session, has lost that one without our having noticed, unless the new one was on its way since
// before the session. Its KEEPALIVE will tell: who still has the session answers with a collision.
bool NeighborFsm::may_take_over(const Connection& connection, const Connection& session) {
    return connection.direction == Direction::Incoming && session.state == State::Established &&
           session.agreed->graceful_restart() &&
           !session.agreed->received.capabilities.graceful_restart->families.empty();
}

void NeighborFsm::confirm_open(Connection& connection) {
    connection.state = State::OpenConfirm;
    stop_searching();
    act(action::SendKeepalive{connection.id});
    // Whatever was agreed: it may not stand in the way of others for ever.
    const milliseconds hold = connection.agreed->hold_time;
    const auto limit =
        hold.count() ? std::min(hold, settings_.open_timeout) : settings_.open_timeout;
    act(action::StartTimer{Timer::Hold, connection.id, limit});
    if (hold.count()) start_keepalive(connection);
}

void NeighborFsm::establish(Connection& connection) {
    connection.state = State::Established;
    connect_retry_count_ = 0;
    if (connection.agreed->hold_time == seconds(0))
        act(action::StopTimer{Timer::Hold, connection.id});
    else
        restart_hold(connection);
    const auto send_hold = std::max(settings_.min_send_hold,
                                    milliseconds(2 * connection.agreed->hold_time));  // RFC 9687 5
    act(action::StartTimer{Timer::SendHold, connection.id, send_hold});
    act(action::StartTimer{Timer::Settle, {}, kSettled});
    act(action::SessionUp{connection.id, *connection.agreed});
}

void NeighborFsm::restart_hold(const Connection& connection) {
    const auto hold_time = connection.agreed->hold_time;
    if (hold_time != seconds(0)) act(action::StartTimer{Timer::Hold, connection.id, hold_time});
}

void NeighborFsm::start_keepalive(const Connection& connection) {
    // RFC 4271 4.4: not more than one a second, jitter or not.
    const auto interval =
        std::max(jittered(connection.agreed->keepalive), milliseconds(seconds(1)));
    act(action::StartTimer{Timer::Keepalive, connection.id, interval});
}

void NeighborFsm::end(ConnectionId id, DownReason reason, bool tell, Next next) {
    const auto it = std::ranges::find(connections_, id, &Connection::id);
    const bool was_established = it->state == State::Established;
    connections_.erase(it);
    act(action::Close{id, tell ? reason.notification : std::nullopt});
    if (was_established) act(action::StopTimer{Timer::Settle});
    act(action::Down{std::move(reason), was_established});
    if (state() > State::OpenSent || dialling_) return;
    // What is left has said nothing yet, and may never.
    go_on(connections_.empty() ? next : Next::RetryLater);
}

void NeighborFsm::end_with(ConnectionId id, const Notification& notification, Next next,
                           std::string_view detail) {
    end(id, sent_notification(notification, detail), true, next);
}

void NeighborFsm::end_unexpected(const Connection& connection, std::string_view message) {
    std::string detail(message);
    detail += " received in ";
    detail += to_string(connection.state);
    end_with(connection.id, unexpected_in(connection.state), Next::AfterError, detail);
}

void NeighborFsm::end_all(const DownReason& reason) {
    for (const auto& connection : std::exchange(connections_, {})) {
        const bool was_established = connection.state == State::Established;
        // Somebody decided it, so that nothing of the session is to outlive it (RFC 8538 3).
        auto last = reason;
        if (was_established && last.notification && connection.agreed->notifications_preserve())
            last.notification = hard_reset(*last.notification);
        act(action::Close{connection.id, last.notification});
        if (was_established) act(action::StopTimer{Timer::Settle});
        act(action::Down{std::move(last), was_established});
    }
}

void NeighborFsm::go_on(Next next) {
    if (next == Next::RetryLater) return arm_connect_retry();
    if (next != Next::AfterVersionError) ++connect_retry_count_;
    stop_searching();
    mode_ = Mode::Damped;
    auto hold = settings_.connect_retry;
    if (next != Next::AfterVersionError) {
        const auto first =
            next == Next::AfterError ? kIdleHoldAfterError : kIdleHoldAfterOrderlyEnd;
        hold = std::min(first * (1U << std::min(failures_, 7U)), kIdleHoldMax);
        ++failures_;
    }
    act(action::StartTimer{Timer::IdleHold, {}, jittered(hold)});
}

NeighborFsm::Connection* NeighborFsm::find(ConnectionId id) {
    const auto it = std::ranges::find(connections_, id, &Connection::id);
    return it == connections_.end() ? nullptr : &*it;
}

const NeighborFsm::Connection* NeighborFsm::furthest_connection() const {
    const auto it = std::ranges::max_element(connections_, {}, &Connection::state);
    return it == connections_.end() ? nullptr : &*it;
}

// RFC 4271 10: between 0.75 and 1 times the configured value.
milliseconds NeighborFsm::jittered(milliseconds time) {
    std::uniform_int_distribution<milliseconds::rep> spread(0, time.count() / 4);
    return time - milliseconds(spread(random_));
}

}  // namespace dx::bgp
