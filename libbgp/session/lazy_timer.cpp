#include "libbgp/session/lazy_timer.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace dx::bgp {

struct LazyTimer::Core {
    boost::asio::steady_timer timer;
    std::function<void()> expired;
    std::optional<Clock::time_point> deadline;     // when to expire; none: stopped
    std::optional<Clock::time_point> armed_until;  // when the system's timer fires
};

LazyTimer::LazyTimer(const boost::asio::any_io_executor& executor, std::function<void()> expired)
    : core_(std::make_shared<Core>(Core{boost::asio::steady_timer(executor), std::move(expired),
                                        std::nullopt, std::nullopt})) {}

LazyTimer::~LazyTimer() {
    core_->deadline.reset();
    core_->timer.cancel();
}

void LazyTimer::start(std::chrono::milliseconds duration) {
    core_->deadline = Clock::now() + duration;
    if (!core_->armed_until || *core_->deadline < *core_->armed_until) arm(core_);
}

void LazyTimer::stop() {
    core_->deadline.reset();
}

std::optional<std::chrono::milliseconds> LazyTimer::left() const {
    if (!core_->deadline) return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*core_->deadline - Clock::now());
    return std::max(left, std::chrono::milliseconds(0));
}

void LazyTimer::arm(const std::shared_ptr<Core>& core) {
    core->armed_until = core->deadline;
    core->timer.expires_at(*core->deadline);
    core->timer.async_wait(
        [weak = std::weak_ptr(core), at = *core->deadline](boost::system::error_code error) {
            const auto alive = weak.lock();
            if (!alive || error || alive->armed_until != at) return;  // replaced by a later arm()
            alive->armed_until.reset();
            if (!alive->deadline) return;
            if (*alive->deadline > Clock::now()) return arm(alive);
            alive->deadline.reset();
            alive->expired();
        });
}

}  // namespace dx::bgp
