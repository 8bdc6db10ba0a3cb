#include "daemon/hook_thread.hpp"

#include <exception>
#include <sys/prctl.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "daemon/hook_command.hpp"
#include "daemon/webhook.hpp"
#include "libfib/thread/thread.hpp"

namespace dx::daemon {

namespace {

// Of the calling thread only, and so of what it starts: what is ambient is all that a program that
// is not root's has from its parent. Not capset(2), which the unit's sandbox does not allow.
bool keep_capabilities_to_ourselves() {
    return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
}

}  // namespace

HookThread::HookThread(boost::asio::io_context& routing)
    : routing_(routing), work_(context_.get_executor()) {}

HookThread::~HookThread() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

void HookThread::run(HookJob job, Done done) {
    if (!thread_.joinable())
        thread_ = thread::start("dx-hooks", [this] {
            harmless_ = keep_capabilities_to_ourselves();
            context_.run();
        });
    auto finish = [&routing = routing_, done = std::move(done)](const std::exception_ptr& failure,
                                                                HookResult result) {
        if (failure) result = {HookResult::Outcome::Failed, "it could not be run"};
        boost::asio::post(routing, [done, result = std::move(result)] { done(result); });
    };
    boost::asio::co_spawn(context_, carry_out(std::move(job)), std::move(finish));
}

boost::asio::awaitable<HookResult> HookThread::carry_out(HookJob job) const {
    if (!harmless_)
        co_return HookResult{HookResult::Outcome::Failed, "it would have our capabilities"};
    if (job.hook.webhook) co_return co_await tell_webhook(std::move(job));
    co_return co_await run_command(std::move(job));
}

}  // namespace dx::daemon
