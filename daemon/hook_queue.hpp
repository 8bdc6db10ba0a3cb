// What the operator wants done about events (`hooks`): which event starts which hook, how many run
// and wait at once. On the routing thread; what runs is a HookRunner's, elsewhere.
//
// However many events there are and however slow the hooks, a bounded number runs, a bounded number
// waits, and what does not fit is dropped, counted and said.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/events.hpp"

namespace dx::daemon {

struct HookJob {
    config::Hook hook;
    std::string name;                      // for the log
    std::string body;                      // the event as JSON: stdin, or what is posted
    std::vector<std::string> environment;  // the event for shell scripts: "DXROUTED_EVENT=…"
};

struct HookResult {
    enum class Outcome : std::uint8_t { Done, Failed, TimedOut };

    Outcome outcome = Outcome::Done;
    std::string text;  // what went wrong: "exit code 1"
};

class HookRunner {
public:
    using Done = std::function<void(HookResult)>;

    virtual ~HookRunner() = default;

    // Returns at once; `done` is called on the routing thread, once, never from within.
    virtual void run(HookJob job, Done done) = 0;
};

class HookQueue {
public:
    static constexpr std::size_t kMostRunning = 4;
    static constexpr std::size_t kMostWaiting = 64;

    struct Counts {
        std::uint64_t done = 0;
        std::uint64_t failed = 0;
        std::uint64_t timed_out = 0;
        std::uint64_t dropped = 0;
    };

    // For the log: what went wrong, a line each.
    using Report = std::function<void(std::string_view line)>;

    // The runner outlives the queue.
    HookQueue(EventStream& events, HookRunner& runner, Report report);

    HookQueue(const HookQueue&) = delete;
    HookQueue& operator=(const HookQueue&) = delete;

    // Its hooks are those from now on.
    void configure(const config::Config& config);

    const Counts& counts() const { return counts_; }

private:
    void note(const Event& event);
    void take(std::size_t position, config::HookEvent name, const Event& event);
    void start_waiting();
    void ended(const std::string& name, const HookResult& result);

    HookRunner& runner_;
    Report report_;
    std::vector<config::Hook> hooks_;
    std::map<std::string, std::string> addresses_;  // of neighbors, by their names
    std::string socket_;                            // for a dxctl in a hook
    bool stopping_ = false;                         // sessions end then: that is no news
    std::deque<HookJob> waiting_;
    std::size_t running_ = 0;
    std::uint64_t dropped_in_a_row_ = 0;
    Counts counts_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for results that come later
    EventStream::Subscription subscription_;
};

}  // namespace dx::daemon
