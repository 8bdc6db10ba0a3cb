// A timer that is started anew far more often than it expires: each start only notes the deadline,
// and the system's timer is touched when it fires too early. A hold timer restarts with every
// UPDATE.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

namespace dx::bgp {

class LazyTimer {
public:
    using Clock = std::chrono::steady_clock;

    // `expired` is not called after the timer is destroyed, or between stop() and start().
    LazyTimer(const boost::asio::any_io_executor& executor, std::function<void()> expired);
    ~LazyTimer();

    LazyTimer(const LazyTimer&) = delete;
    LazyTimer& operator=(const LazyTimer&) = delete;

    void start(std::chrono::milliseconds duration);
    void stop();

    std::optional<std::chrono::milliseconds> left() const;  // none: not running

private:
    struct Core;
    static void arm(const std::shared_ptr<Core>& core);

    std::shared_ptr<Core> core_;
};

}  // namespace dx::bgp
