// The events for one client of the control API, as they come: JSON lines, and a heartbeat where
// nothing happens, by which both sides notice that the other is gone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/control/http.hpp"
#include "daemon/events.hpp"

namespace dx::daemon {

class EventFeed final : public control::BodyStream {
public:
    struct Limits {
        std::size_t waiting_bytes = 256 << 10;  // of a client that does not read
        std::chrono::milliseconds heartbeat{5000};
    };

    // Of one neighbor and the router itself; empty: of all.
    EventFeed(const boost::asio::any_io_executor& executor, EventStream& events,
              std::string neighbor);
    EventFeed(const boost::asio::any_io_executor& executor, EventStream& events,
              std::string neighbor, const Limits& limits);

    // What was missed is told as {"event":"missed","count":N}.
    void next(Answer answer) override;

private:
    void note(const Event& event);
    std::string take();

    std::string neighbor_;
    Limits limits_;
    std::string waiting_;
    std::uint64_t missed_ = 0;
    bool begun_ = false;
    boost::asio::steady_timer heartbeat_;
    EventStream::Subscription subscription_;
};

}  // namespace dx::daemon
