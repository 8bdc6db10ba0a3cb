// How the daemon is doing, for the metrics: the process, the last reload, and how soon each thread
// answers.
#include <algorithm>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/gateway_report.hpp"
#include "daemon/log.hpp"
#include "daemon/process_view.hpp"
#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

using Answer = std::function<void(std::vector<control::ThreadView>)>;

// The threads that were asked, until all have answered.
struct Asked {
    Answer answer;
    std::size_t waiting = 0;
    std::vector<control::ThreadView> answered{};
    std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();

    void note(const char* name) {
        answered.push_back({name, std::chrono::steady_clock::now() - begin});
        if (answered.size() == waiting) answer(std::move(answered));
    }
};

}  // namespace

control::HealthView health_view(const RouterState& state,
                                std::chrono::system_clock::time_point started) {
    const auto& hooks = state.hooks->counts();
    return {process_view(started),
            md5_view(),
            {state.last_reload.successful, state.last_reload.last_success,
             state.last_reload.confirm_until},
            Log::dropped(),
            {{"done", hooks.done},
             {"failed", hooks.failed},
             {"timed-out", hooks.timed_out},
             {"dropped", hooks.dropped}},
            gateway_views(state)};
}

void ask_threads(const RouterState& state, boost::asio::io_context& routing, Answer answer) {
    const bool with_bfd = state.bfd->running();
    const auto asked = std::make_shared<Asked>(Asked{std::move(answer), with_bfd ? 3U : 2U});
    boost::asio::post(routing, [asked] { asked->note("routing"); });
    state.fib->stats([asked](const netlink::FibStats&) { asked->note("fib"); });
    if (with_bfd)
        state.bfd->status(
            [asked](const std::vector<BfdSessions::PeerStatus>&) { asked->note("bfd"); });
}

}  // namespace dx::daemon
