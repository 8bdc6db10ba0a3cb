#include "daemon/hook_queue.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "daemon/config/hook_keys.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::daemon;
using config::HookEvent;
using Outcome = HookResult::Outcome;

namespace {

struct FakeRunner : HookRunner {
    void run(HookJob job, Done done) override {
        started.push_back({std::move(job), std::move(done)});
    }

    struct Started {
        HookJob job;
        Done done;
    };

    std::vector<Started> started;
};

struct Lab {
    explicit Lab(std::vector<config::Hook> hooks) {
        config.hooks = std::move(hooks);
        config.control.socket = "/run/x.sock";
        config.neighbors.emplace_back();
        config.neighbors[0].name = "dx1";
        config.neighbors[0].address = *net::IpAddress::parse("192.168.1.1");
        queue.configure(config);
    }

    void happens(EventKind kind, std::size_t times = 1) {
        for (std::size_t i = 0; i < times; ++i)
            events.publish({kind, "dx1", "hold timer expired", {}});
    }

    config::Config config;
    EventStream events;
    FakeRunner runner;
    std::vector<std::string> log;
    HookQueue queue{events, runner, [this](std::string_view line) { log.emplace_back(line); }};
};

config::Hook hook(std::vector<HookEvent> on, const char* program = "/bin/a") {
    config::Hook made;
    made.on = std::move(on);
    made.command = {program};
    return made;
}

}  // namespace

TEST_CASE("an event starts the hooks that ask for it, in the order of the file") {
    Lab lab({hook({HookEvent::NeighborDown}), hook({HookEvent::NeighborUp}, "/bin/b"),
             hook({HookEvent::NeighborUp, HookEvent::NeighborDown}, "/bin/c")});
    lab.happens(EventKind::Down);
    REQUIRE(lab.runner.started.size() == 2);
    CHECK(lab.runner.started[0].job.hook.command.front() == "/bin/a");
    CHECK(lab.runner.started[1].job.hook.command.front() == "/bin/c");
    lab.happens(EventKind::Failover);
    CHECK(lab.runner.started.size() == 2);
    const auto& environment = lab.runner.started[0].job.environment;
    for (const auto* line : {"DXROUTED_HOOK=neighbor-down", "DXROUTED_EVENT=down",
                             "DXROUTED_NEIGHBOR=dx1", "DXROUTED_ADDRESS=192.168.1.1",
                             "DXROUTED_TEXT=hold timer expired", "DXROUTED_SOCKET=/run/x.sock"})
        CHECK(std::ranges::count(environment, line) == 1);
}

TEST_CASE("each name that a hook may ask for stands for what happens") {
    using enum HookEvent;
    const std::vector<std::pair<EventKind, HookEvent>> names{
        {EventKind::Established, NeighborUp},
        {EventKind::Down, NeighborDown},
        {EventKind::BfdDown, BfdDown},
        {EventKind::BfdAbsent, BfdDown},
        {EventKind::GatewayUp, GatewayUp},
        {EventKind::GatewayDown, GatewayDown},
        {EventKind::PrefixLimitNear, PrefixLimit},
        {EventKind::PrefixLimitReached, PrefixLimit},
        {EventKind::PrefixLimitFits, PrefixLimit},
        {EventKind::Failover, Failover},
        {EventKind::ConfigurationReloaded, Configuration},
        {EventKind::ReloadFailed, Configuration}};
    for (const auto& [kind, name] : names) {
        CAPTURE(to_string(kind));
        Lab lab({hook({name})});
        lab.happens(kind);
        CHECK(lab.runner.started.size() == 1);
    }
    Lab lab({hook({NeighborUp, NeighborDown, BfdDown, GatewayUp, GatewayDown, PrefixLimit, Failover,
                   Configuration})});
    for (const auto kind : {EventKind::StateChanged, EventKind::AttemptFailed, EventKind::BfdUp,
                            EventKind::Kernel, EventKind::NotificationReceived})
        lab.happens(kind);
    CHECK(lab.runner.started.empty());
}

TEST_CASE("a hook is told the event as everybody is, and where it happened") {
    Lab lab({hook({HookEvent::NeighborDown, HookEvent::Configuration})});
    std::string everybodys;
    const auto listening =
        lab.events.subscribe([&](const Event& event) { everybodys = to_json(event); });
    const auto told = [&](Event event) {
        lab.events.publish(std::move(event));
        auto object = boost::json::parse(lab.runner.started.back().job.body).as_object();
        CHECK(object.at("host").as_string().size() > 0);
        object.erase("host");
        return object;
    };
    auto down = told({EventKind::Down, "dx1", "a \"text\"", {{"cause", std::string("bfd")}}});
    CHECK(down.at("hook").as_string() == "neighbor-down");
    CHECK(down.at("address").as_string() == "192.168.1.1");
    down.erase("hook");
    down.erase("address");
    CHECK(down == boost::json::parse(everybodys));
    const auto reload = told({EventKind::ConfigurationReloaded, {}, "applied", {}});
    CHECK(reload.at("hook").as_string() == "configuration");
    CHECK_FALSE(reload.contains("address"));
    CHECK_FALSE(reload.contains("neighbor"));
}

TEST_CASE("that sessions end because the router stops is no news") {
    Lab lab({hook({HookEvent::NeighborDown})});
    lab.events.publish({EventKind::Stopped, {}, "SIGTERM", {}});
    lab.happens(EventKind::Down);
    CHECK(lab.runner.started.empty());
}

TEST_CASE("so many run, so many wait, and the rest is dropped and counted") {
    Lab lab({hook({HookEvent::NeighborDown})});
    const auto room = HookQueue::kMostRunning + HookQueue::kMostWaiting;
    lab.happens(EventKind::Down, room + 3);
    CHECK(lab.runner.started.size() == HookQueue::kMostRunning);
    CHECK(lab.queue.counts().dropped == 3);
    CHECK(lab.log == std::vector<std::string>{"hooks: 64 wait already: what comes now is dropped"});
    for (std::size_t i = 0; i < lab.runner.started.size(); ++i)
        lab.runner.started[i].done({});
    CHECK(lab.runner.started.size() == room);
    CHECK(lab.queue.counts().done == room);
    CHECK(lab.log.back() == "hooks: 3 were dropped");
    lab.happens(EventKind::Down);
    CHECK(lab.runner.started.size() == room + 1);
}

TEST_CASE("what went wrong with a hook is said and counted") {
    Lab lab({hook({HookEvent::NeighborDown})});
    lab.happens(EventKind::Down, 2);
    lab.runner.started[0].done({Outcome::Failed, "exit code 3"});
    lab.runner.started[1].done({Outcome::TimedOut, "killed after 10 s"});
    CHECK(lab.log == std::vector<std::string>{"hooks[0] /bin/a: exit code 3",
                                              "hooks[0] /bin/a: killed after 10 s"});
    CHECK(lab.queue.counts().failed == 1);
    CHECK(lab.queue.counts().timed_out == 1);
}

TEST_CASE("a webhook that fails is named without what may be a secret") {
    config::Hook webhook;
    webhook.on = {HookEvent::NeighborDown};
    webhook.webhook = config::parse_webhook("http://127.0.0.1:8080/services/token?key=hunter2");
    Lab lab({webhook, webhook});
    lab.happens(EventKind::Down);
    lab.runner.started[1].done({Outcome::Failed, "answered 403"});
    CHECK(lab.log ==
          std::vector<std::string>{"hooks[1] http://127.0.0.1:8080/<hidden>: answered 403"});
}

TEST_CASE("a reload changes what events start, not what runs") {
    Lab lab({hook({HookEvent::NeighborDown})});
    lab.happens(EventKind::Down);
    lab.queue.configure(config::Config{});
    lab.happens(EventKind::Down);
    CHECK(lab.runner.started.size() == 1);
    lab.runner.started[0].done({});
    CHECK(lab.queue.counts().done == 1);
}

TEST_CASE("a result that comes when the queue is gone is nobody's") {
    FakeRunner runner;
    EventStream events;
    {
        config::Config config;
        config.hooks = {hook({HookEvent::NeighborDown})};
        HookQueue queue(events, runner, [](std::string_view) {});
        queue.configure(config);
        events.publish({EventKind::Down, {}, "x", {}});
    }
    REQUIRE(runner.started.size() == 1);
    runner.started[0].done({});
    events.publish({EventKind::Down, {}, "x", {}});
    CHECK(runner.started.size() == 1);
}
