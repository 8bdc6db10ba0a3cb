#include "daemon/event_feed.hpp"

#include <utility>

#include "daemon/control/json_writer.hpp"

namespace dx::daemon {

namespace {

std::string heartbeat_line() {
    using std::chrono::duration_cast;
    const auto now = Event::WallClock::now().time_since_epoch();
    std::string line;
    control::JsonWriter(line)
        .begin_object()
        .member("event", "heartbeat")
        .member("time", duration_cast<std::chrono::milliseconds>(now).count())
        .end_object();
    return line + '\n';
}

std::string missed_line(std::uint64_t count) {
    std::string line;
    control::JsonWriter(line)
        .begin_object()
        .member("event", "missed")
        .member("count", count)
        .end_object();
    return line + '\n';
}

}  // namespace

EventFeed::EventFeed(const boost::asio::any_io_executor& executor, EventStream& events,
                     std::string neighbor)
    : EventFeed(executor, events, std::move(neighbor), Limits{}) {}

EventFeed::EventFeed(const boost::asio::any_io_executor& executor, EventStream& events,
                     std::string neighbor, const Limits& limits)
    : neighbor_(std::move(neighbor)),
      limits_(limits),
      heartbeat_(executor),
      subscription_(events.subscribe([this](const Event& event) { note(event); })) {}

void EventFeed::note(const Event& event) {
    if (!neighbor_.empty() && !event.neighbor.empty() && event.neighbor != neighbor_) return;
    auto line = to_json(event);
    if (missed_ > 0 || waiting_.size() + line.size() > limits_.waiting_bytes) {
        ++missed_;
        return;
    }
    waiting_ += line;
    waiting_ += '\n';
    heartbeat_.cancel();
}

std::string EventFeed::take() {
    auto text = std::exchange(waiting_, {});
    if (missed_ > 0) text += missed_line(std::exchange(missed_, 0));
    return text.empty() ? heartbeat_line() : text;
}

// The first piece, a heartbeat, tells the client that it hears now. The timer, which the loop owns,
// holds the answer: kept here it would hold the one who holds this.
void EventFeed::next(Answer answer) {
    if (!std::exchange(begun_, true) || !waiting_.empty() || missed_ > 0)
        return answer(take(), true);
    heartbeat_.expires_after(limits_.heartbeat);
    heartbeat_.async_wait(
        [this, answer = std::move(answer)](boost::system::error_code) { answer(take(), true); });
}

}  // namespace dx::daemon
