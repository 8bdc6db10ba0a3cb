// What the fsm asks for, carried out: sockets, timers, and what the router is told.
#include <algorithm>
#include <utility>

#include "libbgp/session/neighbor_session.hpp"

namespace dx::bgp {
namespace {

constexpr std::size_t kMaxLingering = 4;       // connections that still say good-bye
constexpr std::size_t kMaxFailuresNoted = 16;  // the peer may find new words each time

}  // namespace

void NeighborSession::perform(const action::Dial&) {
    dialled_at_ = LazyTimer::Clock::now();
    dial_ = dial(executor_, settings_, [this](DialResult result) { dial_done(std::move(result)); });
}

void NeighborSession::perform(const action::CancelDial&) {
    dial_.reset();
}

void NeighborSession::perform(const action::SendOpen& action) {
    if (auto* connection = find(action.connection)) connection->send_open(action.open);
}

void NeighborSession::perform(const action::SendKeepalive& action) {
    if (auto* connection = find(action.connection)) connection->send_keepalive();
}

void NeighborSession::perform(const action::Close& action) {
    const auto it = std::ranges::find(connections_, action.connection, &Connection::id);
    if (it == connections_.end()) return;
    const auto connection = std::move(*it);
    connections_.erase(it);
    connection->close(action.notification);
    std::erase_if(lingering_, [](const auto& weak) { return weak.expired(); });
    if (lingering_.size() == kMaxLingering) {
        if (const auto oldest = lingering_.front().lock()) oldest->abort();
        lingering_.erase(lingering_.begin());
    }
    lingering_.push_back(connection);
}

void NeighborSession::perform(const action::StartTimer& action) {
    if (!is_of_connection(action.timer)) return timer(action.timer).start(action.duration);
    if (auto* connection = find(action.connection))
        connection->start_timer(action.timer, action.duration);
}

void NeighborSession::perform(const action::StopTimer& action) {
    if (!is_of_connection(action.timer)) return timer(action.timer).stop();
    if (auto* connection = find(action.connection)) connection->stop_timer(action.timer);
}

void NeighborSession::perform(const action::SessionUp& action) {
    auto* connection = find(action.connection);
    connection->negotiated(action.negotiated.wire_context());
    failures_noted_.clear();
    ++status_.established_count;
    status_.epoch = SessionEpoch{status_.established_count};
    status_.established_at = LazyTimer::Clock::now();
    status_.since = *status_.established_at;  // the state may be Established as before
    status_.last_error.clear();
    events_->on_established(id_, status_.epoch, action.negotiated);
    wake();
}

void NeighborSession::perform(const action::Down& action) {
    status_.last_error = action.reason.text;
    why_ = action.reason.text;
    if (!action.was_established) return note_failure(action.reason);
    ++status_.dropped_count;
    ++status_.dropped_by[action.reason.cause];
    status_.established_at.reset();
    status_.last_down = action.reason;
    status_.last_down_at = LazyTimer::Clock::now();
    events_->on_down(id_, status_.epoch, action.reason);
}

// Once for each reason until there is a session: the attempts go on for as long as it takes. That
// one of two connections ends is no failure, and what the router wants it says itself.
void NeighborSession::note_failure(const DownReason& reason) {
    const bool peer_chose_other =
        !connections_.empty() &&
        reason.notification == notification(CeaseReason::ConnectionCollisionResolution);
    const bool expected = reason.cause == DownCause::Collision || peer_chose_other ||
                          reason.cause == DownCause::Unreachable ||
                          reason.cause == DownCause::Administrative;
    if (expected || failures_noted_.size() == kMaxFailuresNoted) return;
    if (!failures_noted_.insert(reason.text).second) return;
    events_->on_note(id_, Severity::Warning, "no session: " + reason.text);
    events_->on_attempt_failed(id_, reason);
}

}  // namespace dx::bgp
