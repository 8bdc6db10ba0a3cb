// The disk thread: whatever may wait for a disk is done here, one job after the other, so that a
// slow or full disk never holds up routing. Jobs own what they need; they know nothing of the
// router.
#pragma once

#include <cstddef>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

namespace dx::daemon {

class Disk {
public:
    using Job = std::function<void()>;

    explicit Disk(boost::asio::io_context& routing) : routing_(routing) {}

    // Ends when every job is done; what they would have told the routing thread is told no more.
    ~Disk();

    // Runs `work` on the disk thread, then `done` on the routing thread, whose loop does not end
    // meanwhile. Of what `work` may throw nothing is expected: it catches what it can do something
    // about.
    void run(Job work, Job done = {});

    // Jobs that are not done yet: who can do without one leaves it when there are many.
    std::size_t waiting() const { return waiting_; }

private:
    boost::asio::io_context& routing_;
    std::size_t waiting_ = 0;  // the routing thread's
    boost::asio::thread_pool thread_{1};
};

}  // namespace dx::daemon
