#include "libbgp/fsm/neighbor_fsm.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

bool is_version_error(const Notification& notification) {
    return notification.code == ErrorCode::OpenMessage &&
           notification.subcode == static_cast<std::uint8_t>(OpenError::UnsupportedVersion);
}

}  // namespace

NeighborFsm::NeighborFsm(PeerSettings settings, std::uint32_t seed)
    : settings_(std::move(settings)), random_(seed) {}

Actions NeighborFsm::handle(const Event& event) {
    actions_.clear();
    std::visit([this](const auto& what) { on(what); }, event);
    return std::exchange(actions_, {});
}

State NeighborFsm::state() const {
    if (const auto* connection = furthest_connection()) return connection->state;
    if (mode_ != Mode::Searching) return State::Idle;
    return dialling_ ? State::Connect : State::Active;
}

State NeighborFsm::state_of(ConnectionId id) const {
    const auto it = std::ranges::find(connections_, id, &Connection::id);
    return it == connections_.end() ? State::Idle : it->state;
}

std::optional<ConnectionId> NeighborFsm::furthest() const {
    if (const auto* connection = furthest_connection()) return connection->id;
    return std::nullopt;
}

const Negotiated* NeighborFsm::session() const {
    const auto* connection = furthest_connection();
    return connection && connection->state == State::Established ? &*connection->agreed : nullptr;
}

// --- The operator -------------------------------------------------------------------------------

void NeighborFsm::on(const event::Start&) {
    if (mode_ == Mode::Searching || mode_ == Mode::Damped) return;
    if (mode_ == Mode::HeldDown) act(action::StopTimer{Timer::Restart});
    failures_ = 0;
    connect_retry_count_ = 0;
    search();
}

void NeighborFsm::on(const event::Stop& event) {
    end_all(event.reason);
    stop_searching();
    if (mode_ == Mode::Damped) act(action::StopTimer{Timer::IdleHold});
    if (mode_ == Mode::HeldDown) act(action::StopTimer{Timer::Restart});
    mode_ = Mode::Stopped;
    connect_retry_count_ = 0;
    if (event.restart_after) {
        mode_ = Mode::HeldDown;
        act(action::StartTimer{Timer::Restart, {}, *event.restart_after});
    }
}

void NeighborFsm::on(const event::Reset& event) {
    if (mode_ == Mode::Stopped) return;
    const bool was_connected = !connections_.empty();
    end_all(event.reason);
    stop_searching();
    if (mode_ == Mode::Damped) act(action::StopTimer{Timer::IdleHold});
    if (mode_ == Mode::HeldDown) act(action::StopTimer{Timer::Restart});
    const bool ours = event.reason.cause == DownCause::Administrative;
    if (ours) failures_ = 0;
    if (was_connected)
        go_on(ours ? Next::AfterOrderlyEnd : Next::AfterError);
    else
        search();
}

// --- TCP ----------------------------------------------------------------------------------------

void NeighborFsm::on(const event::Connected& event) {
    if (event.direction == Direction::Incoming) return accept(event.connection);
    if (!std::exchange(dialling_, false)) return act(action::Close{event.connection, {}});
    send_open(event.connection, Direction::Outgoing);
}

void NeighborFsm::on(const event::ConnectFailed& event) {
    if (!std::exchange(dialling_, false)) return;
    ++connect_retry_count_;
    act(action::Down{{DownCause::ConnectFailed, {}, event.text}});
    // RFC 4271 8.2.2: ConnectRetry counts from the beginning of an attempt that nobody answers.
    if (event.took >= settings_.connect_retry)
        search();
    else
        arm_connect_retry(event.took);
}

void NeighborFsm::on(const event::Closed& event) {
    const auto* connection = find(event.connection);
    if (!connection) return;
    // RFC 4271 8.2.2, OpenSent, event 18: back to Active, since a closed connection is no error
    // yet.
    const auto next =
        connection->state == State::OpenSent ? Next::RetryLater : Next::AfterOrderlyEnd;
    end(event.connection, {DownCause::ConnectionClosed, {}, event.text}, false, next);
}

void NeighborFsm::accept(ConnectionId id) {
    if (mode_ == Mode::Stopped || mode_ == Mode::HeldDown)
        return act(action::Close{id, notification(CeaseReason::ConnectionRejected)});

    const auto collision = notification(CeaseReason::ConnectionCollisionResolution);
    for (const auto& other : std::vector(connections_)) {
        if (other.state == State::Established) {
            // A peer that lost its state without telling us dials anew while our old session still
            // waits for its hold timer. It answers this with a RST, and the new connection is free
            // to go on; a peer that is alive does not mind.
            act(action::SendKeepalive{other.id});
        } else if (other.direction == Direction::Incoming && other.state == State::OpenConfirm) {
            return act(action::Close{id, collision});
        } else if (other.direction == Direction::Incoming || session()) {
            // It has said nothing so far: the newer one is the more likely to be alive.
            end(other.id, sent_notification(collision, "a newer connection came in"), true,
                Next::RetryLater);
        }
    }
    if (mode_ == Mode::Damped) {
        act(action::StopTimer{Timer::IdleHold});
        mode_ = Mode::Searching;
    }
    if (connections_.empty() && !dialling_) arm_connect_retry();  // it may never say OPEN
    send_open(id, Direction::Incoming);
}

// --- Messages -----------------------------------------------------------------------------------

void NeighborFsm::on(const event::OpenReceived& event) {
    auto* connection = find(event.connection);
    if (!connection) return;
    if (connection->state != State::OpenSent) return end_unexpected(*connection, "OPEN");
    auto agreed = negotiate(settings_, connection->sent, event.open);
    if (!agreed) return end_with(connection->id, agreed.error(), Next::AfterError);
    connection->agreed = std::move(*agreed);

    const auto collision = notification(CeaseReason::ConnectionCollisionResolution);
    const auto rival = rival_of(*connection);
    if (rival && !wins(*connection, *rival))
        return end_with(connection->id, collision, Next::RetryLater);
    confirm_open(*connection);
    if (rival) end_with(rival->id, collision, Next::RetryLater);
}

void NeighborFsm::on(const event::KeepaliveReceived& event) {
    auto* connection = find(event.connection);
    if (!connection) return;
    if (connection->state == State::OpenSent) return end_unexpected(*connection, "KEEPALIVE");
    restart_hold(*connection);
    if (connection->state == State::OpenConfirm) establish(*connection);
}

void NeighborFsm::on(const event::UpdateReceived& event) {
    auto* connection = find(event.connection);
    if (!connection) return;
    if (connection->state != State::Established) return end_unexpected(*connection, "UPDATE");
    restart_hold(*connection);
}

void NeighborFsm::on(const event::RouteRefreshReceived& event) {
    auto* connection = find(event.connection);
    if (!connection) return;
    if (connection->state != State::Established)
        return end_unexpected(*connection, "ROUTE-REFRESH");
    // RFC 2918 4: only towards those who announced it; for others it is an unknown message.
    if (connection->sent.capabilities.route_refresh) return;
    const auto type = static_cast<std::uint8_t>(MessageType::RouteRefresh);
    end_with(connection->id, notification(HeaderError::BadMessageType, {type}), Next::AfterError);
}

void NeighborFsm::on(const event::NotificationReceived& event) {
    const auto* connection = find(event.connection);
    if (!connection) return;
    auto next = Next::AfterError;
    if (event.notification.code == ErrorCode::Cease) next = Next::AfterOrderlyEnd;
    if (is_version_error(event.notification)) next = Next::AfterVersionError;
    end(event.connection, received_notification(event.notification), false, next);
}

void NeighborFsm::on(const event::MalformedMessage& event) {
    if (find(event.connection))
        end_with(event.connection, event.notification, Next::AfterError, event.text);
}

void NeighborFsm::on(const event::InternalError& event) {
    if (!find(event.connection)) return;
    auto cease = notification(CeaseReason::Unspecified);
    end(event.connection, {DownCause::InternalError, std::move(cease), event.text}, true,
        Next::AfterError);
}

// --- Timers -------------------------------------------------------------------------------------

void NeighborFsm::on(const event::Expired& event) {
    if (is_of_connection(event.timer)) {
        if (auto* connection = find(event.connection)) expired_of(event.timer, *connection);
        return;
    }
    switch (event.timer) {
        case Timer::ConnectRetry:
            if (std::exchange(retry_armed_, false)) search();
            break;
        case Timer::IdleHold:
            if (mode_ == Mode::Damped) search();
            break;
        case Timer::Restart:
            if (mode_ == Mode::HeldDown) search();
            break;
        case Timer::Settle:
            if (session()) failures_ = 0;
            break;
        default: break;
    }
}

void NeighborFsm::expired_of(Timer timer, Connection& connection) {
    switch (timer) {
        case Timer::Hold:
            return end_with(connection.id, {ErrorCode::HoldTimerExpired, 0, {}}, Next::AfterError);
        case Timer::SendHold:
            return end_with(connection.id, {ErrorCode::SendHoldTimerExpired, 0, {}},
                            Next::AfterError);
        case Timer::Keepalive:
            if (connection.state == State::OpenSent) return;
            act(action::SendKeepalive{connection.id});
            return start_keepalive(connection);
        default: return;
    }
}

// --- What the neighbor does ---------------------------------------------------------------------

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
        Connection{id, direction, State::OpenSent, make_open(settings_), std::nullopt});
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

void NeighborFsm::confirm_open(Connection& connection) {
    connection.state = State::OpenConfirm;
    stop_searching();
    act(action::SendKeepalive{connection.id});
    if (connection.agreed->hold_time == seconds(0)) {
        act(action::StopTimer{Timer::Hold, connection.id});
        return;
    }
    restart_hold(connection);
    start_keepalive(connection);
}

void NeighborFsm::establish(Connection& connection) {
    connection.state = State::Established;
    connect_retry_count_ = 0;
    const auto send_hold =
        std::max(kMinSendHold, milliseconds(2 * connection.agreed->hold_time));  // RFC 9687 5
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
        act(action::Close{connection.id, reason.notification});
        if (was_established) act(action::StopTimer{Timer::Settle});
        act(action::Down{reason, was_established});
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
