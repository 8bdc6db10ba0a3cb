#include "daemon/hook_queue.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <unistd.h>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "daemon/config/hook_keys.hpp"

namespace dx::daemon {

namespace {

using config::HookEvent;

struct Name {
    EventKind kind;
    HookEvent name;
};

// What hooks can ask for. What is not here they are not told.
constexpr std::array kNames{
    Name{EventKind::Established, HookEvent::NeighborUp},
    Name{EventKind::Down, HookEvent::NeighborDown},
    Name{EventKind::BfdDown, HookEvent::BfdDown},
    Name{EventKind::BfdAbsent, HookEvent::BfdDown},
    Name{EventKind::GatewayUp, HookEvent::GatewayUp},
    Name{EventKind::GatewayDown, HookEvent::GatewayDown},
    Name{EventKind::PrefixLimitNear, HookEvent::PrefixLimit},
    Name{EventKind::PrefixLimitReached, HookEvent::PrefixLimit},
    Name{EventKind::PrefixLimitFits, HookEvent::PrefixLimit},
    Name{EventKind::Failover, HookEvent::Failover},
    Name{EventKind::ConfigurationReloaded, HookEvent::Configuration},
    Name{EventKind::ReloadFailed, HookEvent::Configuration},
};

std::string time_text(std::chrono::system_clock::time_point at) {
    using namespace std::chrono;
    const auto since = duration_cast<milliseconds>(at.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(system_clock::to_time_t(at)),
                       since % 1000);
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

// What is told of an event to a reader elsewhere: where it happened, and why this hook hears of it.
struct Told {
    const Event& event;
    std::string_view hook;
    std::string_view address;  // the neighbor's; empty: none is concerned
};

std::string json_of(const Told& told) {
    Event::Details beside{{"host", host_name()}, {"hook", std::string(told.hook)}};
    if (!told.address.empty()) beside.emplace_back("address", std::string(told.address));
    return to_json(told.event, beside) + '\n';
}

// Nothing of the daemon's own environment, which is for the daemon.
std::vector<std::string> environment_of(const Told& told, const std::string& socket) {
    const auto& event = told.event;
    return {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        fmt::format("DXROUTED_HOOK={}", told.hook),
        fmt::format("DXROUTED_EVENT={}", to_string(event.kind)),
        "DXROUTED_TIME=" + time_text(event.time),
        "DXROUTED_NEIGHBOR=" + event.neighbor,
        fmt::format("DXROUTED_ADDRESS={}", told.address),
        "DXROUTED_TEXT=" + event.text,
        "DXROUTED_SOCKET=" + socket,
    };
}

// The position too: of two webhooks at one relay what differs is hidden.
std::string name_of(const config::Hook& hook, std::size_t position) {
    const auto target = hook.webhook ? shown_url(*hook.webhook) : hook.command.front();
    return fmt::format("hooks[{}] {}", position, target);
}

}  // namespace

HookQueue::HookQueue(EventStream& events, HookRunner& runner, Report report)
    : runner_(runner),
      report_(std::move(report)),
      subscription_(events.subscribe([this](const Event& event) { note(event); })) {}

void HookQueue::configure(const config::Config& config) {
    hooks_ = config.hooks;
    socket_ = config.control.socket;
    addresses_.clear();
    for (const auto& neighbor : config.neighbors)
        addresses_.emplace(neighbor.name, neighbor.address.to_string());
}

void HookQueue::note(const Event& event) {
    if (event.kind == EventKind::Stopped) stopping_ = true;
    const auto named = std::ranges::find(kNames, event.kind, &Name::kind);
    if (stopping_ || named == kNames.end()) return;
    for (std::size_t i = 0; i < hooks_.size(); ++i)
        if (std::ranges::find(hooks_[i].on, named->name) != hooks_[i].on.end())
            take(i, named->name, event);
    start_waiting();
}

void HookQueue::take(std::size_t position, HookEvent name, const Event& event) {
    if (waiting_.size() == kMostWaiting) {
        ++counts_.dropped;
        if (dropped_in_a_row_++ == 0)
            report_(fmt::format("hooks: {} wait already: what comes now is dropped", kMostWaiting));
        return;
    }
    const auto address = addresses_.find(event.neighbor);
    const Told told{event, to_string(name),
                    address == addresses_.end() ? std::string_view() : address->second};
    const auto& hook = hooks_[position];
    waiting_.push_back(
        {hook, name_of(hook, position), json_of(told), environment_of(told, socket_)});
}

void HookQueue::start_waiting() {
    while (running_ < kMostRunning && !waiting_.empty()) {
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        ++running_;
        auto done = [this, name = job.name,
                     alive = std::weak_ptr(alive_)](const HookResult& result) {
            if (!alive.expired()) ended(name, result);
        };
        runner_.run(std::move(job), std::move(done));
    }
    if (!waiting_.empty() || dropped_in_a_row_ == 0) return;
    report_(fmt::format("hooks: {} were dropped", std::exchange(dropped_in_a_row_, 0)));
}

void HookQueue::ended(const std::string& name, const HookResult& result) {
    using Outcome = HookResult::Outcome;
    --running_;
    switch (result.outcome) {
        case Outcome::Done: ++counts_.done; break;
        case Outcome::Failed: ++counts_.failed; break;
        case Outcome::TimedOut: ++counts_.timed_out; break;
    }
    if (result.outcome != Outcome::Done) report_(name + ": " + result.text);
    start_waiting();
}

}  // namespace dx::daemon
