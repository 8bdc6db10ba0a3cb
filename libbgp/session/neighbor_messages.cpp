// What arrives on a neighbor's connections: decoded as far as the state allows, given to the fsm,
// and, in Established, to the router.
#include <utility>

#include "libbgp/session/neighbor_session.hpp"

namespace dx::bgp {

void NeighborSession::on_message(ConnectionId id, const MessageView& message) {
    note_received(message);
    switch (message.type) {
        case MessageType::Open: return on_open(id, message.body);
        case MessageType::Update: return on_update(id, message.body);
        case MessageType::Notification: return on_notification(id, message.body);
        case MessageType::Keepalive: return handle(event::KeepaliveReceived{id});
        case MessageType::RouteRefresh: return on_route_refresh(id, message);
    }
}

void NeighborSession::on_message_ahead(ConnectionId id, const MessageView& message) {
    if (message.type != MessageType::Update || fsm_.state_of(id) != State::Established) return;
    const auto layout = decode_update_layout(message.body);
    if (layout && events_) events_->on_update_ahead(id_, *layout);
}

void NeighborSession::note_received(const MessageView& message) {
    auto& in = status_.in;
    ++in.messages.of(message.type);
    in.bytes += message.whole.size();
    in.last = LazyTimer::Clock::now();
    if (message.type == MessageType::Update) in.last_update = in.last;
}

void NeighborSession::on_open(ConnectionId id, Bytes body) {
    // A second OPEN is an error of the state, whatever it says.
    if (fsm_.state_of(id) != State::OpenSent) return handle(event::OpenReceived{id, {}});
    auto open = decode_open(body);
    if (!open) return on_malformed(id, open.error());
    handle(event::OpenReceived{id, std::move(*open)});
}

void NeighborSession::on_notification(ConnectionId id, Bytes body) {
    auto notification = decode_notification(body);
    status_.in.note(notification);
    handle(event::NotificationReceived{id, std::move(notification)});
}

void NeighborSession::on_update(ConnectionId id, Bytes body) {
    if (fsm_.state_of(id) != State::Established) return handle(event::UpdateReceived{id});
    const auto update = decode_update(body, fsm_.session()->wire_context());
    if (!update) return on_malformed(id, update.error());
    handle(event::UpdateReceived{id});
    if (events_) events_->on_update(id_, *update);
}

void NeighborSession::on_route_refresh(ConnectionId id, const MessageView& message) {
    if (fsm_.state_of(id) != State::Established) return handle(event::RouteRefreshReceived{id});
    const auto refresh = decode_route_refresh(message, fsm_.session()->wire_context());
    if (!refresh) return on_malformed(id, refresh.error());
    handle(event::RouteRefreshReceived{id});
    const bool goes_on = fsm_.state_of(id) == State::Established;
    if (*refresh && goes_on && events_) events_->on_route_refresh(id_, **refresh);
}

void NeighborSession::on_malformed(ConnectionId id, const Notification& notification) {
    handle(event::MalformedMessage{id, notification, {}});
}

void NeighborSession::on_closed(ConnectionId id, std::string text) {
    handle(event::Closed{id, std::move(text)});
}

void NeighborSession::on_expired(ConnectionId id, Timer timer) {
    handle(event::Expired{timer, id});
}

void NeighborSession::fill_updates(ConnectionId id, std::size_t wanted, Buffer& out) {
    if (!events_ || fsm_.state_of(id) != State::Established) return;
    auto at = out.size();
    events_->fill_updates(id_, wanted, out);
    if (at == out.size()) return;
    auto& sent = status_.out;
    sent.last = LazyTimer::Clock::now();
    sent.last_update = sent.last;
    // Whole messages, each with its length behind the marker.
    for (; at < out.size(); at += static_cast<std::size_t>(out[at + 16]) << 8 | out[at + 17])
        ++sent.messages.of(static_cast<MessageType>(out[at + 18]));
}

void NeighborSession::on_bug(ConnectionId id, std::string text) {
    ++status_.internal_errors;
    if (events_) events_->on_note(id_, Severity::Error, "internal error: " + text);
    handle(event::InternalError{id, "internal error: " + std::move(text)});
}

}  // namespace dx::bgp
