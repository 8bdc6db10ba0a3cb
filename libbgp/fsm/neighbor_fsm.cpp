#include "libbgp/fsm/neighbor_fsm.hpp"

#include <algorithm>
#include <utility>

namespace dx::bgp {
namespace {

using std::chrono::milliseconds;

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
    failures_ = 0;
    connect_retry_count_ = 0;
    search();
}

void NeighborFsm::on(const event::Stop& event) {
    end_all(event.reason);
    stop_searching();
    if (mode_ == Mode::Damped) act(action::StopTimer{Timer::IdleHold});
    mode_ = Mode::Stopped;
    connect_retry_count_ = 0;
}

void NeighborFsm::on(const event::Reset& event) {
    if (mode_ == Mode::Stopped) return;
    const bool was_connected = !connections_.empty();
    end_all(event.reason);
    stop_searching();
    if (mode_ == Mode::Damped) act(action::StopTimer{Timer::IdleHold});
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
    if (mode_ == Mode::Stopped)
        return act(action::Close{id, notification(CeaseReason::ConnectionRejected)});

    const auto collision = notification(CeaseReason::ConnectionCollisionResolution);
    for (const auto& other : std::vector(connections_)) {
        if (other.state == State::Established) {
            // A peer that lost its state without telling us dials anew while our old session still
            // waits for its hold timer. It answers this with a RST, and the new connection is free
            // to go on; a peer that is alive does not mind.
            act(action::SendKeepalive{other.id});
        } else if (session() ||
                   (other.direction == Direction::Incoming && other.state == State::OpenSent)) {
            // It has not said what is due: the newer one is the more likely to be alive.
            end(other.id, sent_notification(collision, "a newer connection came in"), true,
                Next::RetryLater);
        } else if (other.direction == Direction::Incoming) {
            return act(action::Close{id, collision});
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
    if (!agreed)
        return end_with(connection->id, agreed.error(), Next::AfterError,
                        what_was_refused(settings_, event.open, agreed.error()));
    connection->agreed = std::move(*agreed);

    const auto collision = notification(CeaseReason::ConnectionCollisionResolution);
    const auto rival = rival_of(*connection);
    const bool collides = rival && !may_take_over(*connection, *rival);
    if (collides && !wins(*connection, *rival))
        return end_with(connection->id, collision, Next::RetryLater);
    confirm_open(*connection);
    if (collides) end_with(rival->id, collision, Next::RetryLater);
}

void NeighborFsm::on(const event::KeepaliveReceived& event) {
    auto* connection = find(event.connection);
    if (!connection) return;
    if (connection->state == State::OpenSent) return end_unexpected(*connection, "KEEPALIVE");
    if (connection->state == State::Established) return restart_hold(*connection);
    // A peer that is alive has answered our OPEN beside its session with a NOTIFICATION.
    if (const auto lost = rival_of(*connection)) {
        end(lost->id, {DownCause::ConnectionClosed, {}, "the neighbor opened a new one"}, false,
            Next::RetryLater);
        connection = find(event.connection);
    }
    establish(*connection);
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

}  // namespace dx::bgp
