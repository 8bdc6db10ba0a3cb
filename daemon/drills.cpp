#include "daemon/drills.hpp"

#include <utility>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

using control::CommandResult;
using Outcome = CommandResult::Outcome;

std::string refusal(const control::FailoverTestRequest& request, const Neighbor& neighbor,
                    const RouterState& state, const Revivals& revivals) {
    const auto label = state.neighbors.label(neighbor.id);
    const auto& running = state.failover_test;
    if (running && !running->is_over() && !running->given_back)
        return "a failover test of " + running->neighbor + " is under way";
    if (request.expected_backup == request.neighbor) return label + " cannot stand in for itself";
    if (!neighbor.session) return label + " is not up";
    if (neighbor.drain) return label + " is being drained";
    if (state.restart.under_way()) return "routes are not chosen yet (graceful restart)";
    if (revivals.waiting(neighbor)) return label + " is up, but its routes are not in use yet";
    if (!revivals.others_carry(neighbor))
        return "no other neighbor's routes are in use: that would be an outage, not a test";
    return {};
}

CommandResult Drills::begin(const control::FailoverTestRequest& request) {
    const auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    if (auto why_not = refusal(request, neighbor, state_, revivals_); !why_not.empty())
        return {Outcome::Refused, std::move(why_not)};
    auto& test = state_.failover_test.emplace(io_);
    test.neighbor = request.neighbor;
    test.expected_backup = request.expected_backup;
    test.lasts = request.lasts;
    const auto label = state_.neighbors.label(neighbor.id);
    log().warn("neighbor {}: failover test: taken away for {} s", label,
               std::chrono::duration<double>(request.lasts).count());
    test.timer.expires_at(test.began + test.lasts);
    test.timer.async_wait([this](auto error) {
        if (!error) give_back();
    });
    take_away(neighbor, test);
    state_.events.publish(by_operator(EventKind::FailoverTestBegun, neighbor, "", request.by));
    return {Outcome::Done, label + ": taken away"};
}

// The answer may come when another test is under way.
void Drills::take_away(const Neighbor& neighbor, FailoverTest& test) {
    hooks_.take_away(neighbor, test.lasts,
                     [this, began = test.began](const netlink::FailoverAnswer& answer) {
                         auto& now = state_.failover_test;
                         if (now && now->began == began) now->moved = answer;
                     });
}

void Drills::give_back() {
    auto& test = *state_.failover_test;
    if (test.is_over() || test.given_back) return;
    test.given_back = FailoverTest::Clock::now();
    test.timer.cancel();
    const auto* const neighbor = state_.neighbors.find_named(test.neighbor);
    if (neighbor == nullptr) return;
    log().info("neighbor {}: failover test: given back", state_.neighbors.label(neighbor->id));
    hooks_.give_back(*neighbor);
}

void Drills::end_early(const Neighbor& neighbor) {
    auto* const test = test_of(neighbor);
    if (test == nullptr) return;
    if (test->given_back)
        abort(neighbor, "ended by the operator before it was back");
    else
        give_back();
}

FailoverTest* Drills::test_of(const Neighbor& neighbor) {
    auto& test = state_.failover_test;
    return test && !test->is_over() && test->neighbor == neighbor.config.name ? &*test : nullptr;
}

void Drills::note_established(const Neighbor& neighbor) {
    auto* const test = test_of(neighbor);
    if (test == nullptr) return;
    const auto now = FailoverTest::Clock::now();
    if (!test->given_back) test->given_back = now;  // the operator cleared it
    test->established = now;
}

void Drills::note_back_in_use(const Neighbor& neighbor) {
    auto* const test = test_of(neighbor);
    if (test == nullptr || !test->established) return;
    test->back_in_use = FailoverTest::Clock::now();
    test->timer.cancel();
    const auto view = failover_test_view(*test, state_.neighbors);
    const auto label = state_.neighbors.label(neighbor.id);
    report(neighbor, view.fault.empty() ? "passed" : "failed: " + view.fault);
    if (view.fault.empty())
        log().info("neighbor {}: failover test passed: {} routes moved in {:.1f} ms", label,
                   view.routes, std::chrono::duration<double, std::milli>(*view.moved).count());
    else
        log().warn("neighbor {}: failover test failed: {}", label, view.fault);
}

void Drills::report(const Neighbor& neighbor, std::string verdict) {
    state_.events.publish(
        {EventKind::FailoverTestEnded, neighbor.config.name, std::move(verdict), {}});
}

void Drills::abort(const Neighbor& neighbor, std::string_view why) {
    auto* const test = test_of(neighbor);
    if (test == nullptr) return;
    test->aborted = why;
    report(neighbor, "aborted: " + test->aborted);
    test->timer.cancel();
}

}  // namespace dx::daemon
