// `failover-test`: takes a circuit away as a failure would, measures, and gives it back, whoever
// still listens.
#include <utility>

#include "daemon/event_reports.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"

namespace dx::daemon {

using control::CommandResult;
using Outcome = CommandResult::Outcome;

CommandResult Router::failover_test(const control::FailoverTestRequest& request) {
    auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    const auto label = state_.neighbors.label(neighbor.id);
    const auto& running = state_.failover_test;
    if (running && !running->is_over() && !running->given_back)
        return {Outcome::Refused, "a failover test of " + running->neighbor + " is under way"};
    if (request.expected_backup == request.neighbor)
        return {Outcome::Refused, label + " cannot stand in for itself"};
    if (!neighbor.session) return {Outcome::Refused, label + " is not up"};
    if (neighbor.drain) return {Outcome::Refused, label + " is being drained"};
    if (state_.restart.under_way())
        return {Outcome::Refused, "routes are not chosen yet (graceful restart)"};
    if (revivals_.waiting(neighbor))
        return {Outcome::Refused, label + " is up, but its routes are not in use yet"};
    if (!revivals_.others_carry(neighbor))
        return {Outcome::Refused,
                "no other neighbor's routes are in use: that would be an outage, not a test"};

    auto& test = state_.failover_test.emplace(io_);
    test.neighbor = request.neighbor;
    test.expected_backup = request.expected_backup;
    test.lasts = request.lasts;
    state_.events.publish(by_operator(EventKind::FailoverTestBegun, neighbor, "", request.by));
    log().warn("neighbor {}: failover test: taken away for {} s", label,
               std::chrono::duration<double>(request.lasts).count());
    state_.fib->fail_over(tag_of(neighbor.id), neighbor.epoch,
                          [this, began = test.began](const netlink::FailoverAnswer& answer) {
                              auto& now = state_.failover_test;
                              if (now && now->began == began) now->moved = answer;
                          });
    test.timer.expires_at(test.began + test.lasts);
    test.timer.async_wait([this](auto error) {
        if (!error) give_back();
    });
    // The session ends as an operator ends it, and comes back by the speaker's own timer: nothing
    // here has to live for that.
    state_.speaker->cease(
        neighbor.id,
        bgp::cease_with_text(bgp::CeaseReason::AdministrativeShutdown, "failover test"),
        request.lasts);
    rib_work_.follow();
    return {Outcome::Done, label + ": taken away"};
}

void Router::give_back() {
    auto& test = *state_.failover_test;
    if (test.is_over() || test.given_back) return;
    test.given_back = FailoverTest::Clock::now();
    test.timer.cancel();
    auto* const neighbor = state_.neighbors.find_named(test.neighbor);
    if (neighbor == nullptr || !state_.speaker) return;
    log().info("neighbor {}: failover test: given back", state_.neighbors.label(neighbor->id));
    state_.speaker->release(neighbor->id);
}

// A running test's circuit: what became of it.
FailoverTest* Router::test_of(const Neighbor& neighbor) {
    auto& test = state_.failover_test;
    return test && !test->is_over() && test->neighbor == neighbor.config.name ? &*test : nullptr;
}

void Router::note_established(const Neighbor& neighbor) {
    auto* const test = test_of(neighbor);
    if (test == nullptr) return;
    const auto now = FailoverTest::Clock::now();
    if (!test->given_back) test->given_back = now;  // the operator cleared it
    test->established = now;
}

void Router::note_back_in_use(const Neighbor& neighbor) {
    auto* const test = test_of(neighbor);
    if (test == nullptr || !test->established) return;
    test->back_in_use = FailoverTest::Clock::now();
    test->timer.cancel();
    const auto view = failover_test_view(*test, state_.neighbors);
    const auto label = state_.neighbors.label(neighbor.id);
    report_test(neighbor, view.fault.empty() ? "passed" : "failed: " + view.fault);
    if (view.fault.empty())
        log().info("neighbor {}: failover test passed: {} routes moved in {:.1f} ms", label,
                   view.routes, std::chrono::duration<double, std::milli>(*view.moved).count());
    else
        log().warn("neighbor {}: failover test failed: {}", label, view.fault);
}

void Router::report_test(const Neighbor& neighbor, std::string verdict) {
    state_.events.publish(
        {EventKind::FailoverTestEnded, neighbor.config.name, std::move(verdict), {}});
}

void Router::abort_test(const Neighbor& neighbor, std::string_view why) {
    if (auto* const test = test_of(neighbor)) {
        test->aborted = why;
        report_test(neighbor, "aborted: " + test->aborted);
        test->timer.cancel();
    }
}

}  // namespace dx::daemon
