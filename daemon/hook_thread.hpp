// Runs hooks, on a thread of their own: neither a program that is slow to start nor a server that
// does not answer is waited for by routing. What it starts has none of our capabilities. It begins
// with the first hook.
#pragma once

#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/hook_queue.hpp"

namespace dx::daemon {

class HookThread final : public HookRunner {
public:
    // `routing` outlives it; results are posted there.
    explicit HookThread(boost::asio::io_context& routing);
    ~HookThread() override;  // what still runs is killed

    HookThread(const HookThread&) = delete;
    HookThread& operator=(const HookThread&) = delete;

    void run(HookJob job, Done done) override;

private:
    boost::asio::awaitable<HookResult> carry_out(HookJob job) const;

    boost::asio::io_context& routing_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    bool harmless_ = false;  // what it starts has no capabilities of ours; the thread's own
    std::thread thread_;
};

}  // namespace dx::daemon
