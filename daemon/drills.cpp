#include "daemon/drills.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/event_reports.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

using control::CommandResult;
using Outcome = CommandResult::Outcome;

namespace {

bool carries(const Neighbor& neighbor, net::Family family) {
    return neighbor.session && neighbor.session->families.contains(family);
}

// A neighbor that has not all families of the tested one takes over a part at most.
std::string refusal_by_family(const control::FailoverTestRequest& request, const Neighbor& neighbor,
                              const RouterState& state, const Revivals& revivals) {
    const auto& all = state.neighbors.all();
    const auto backup = std::ranges::find_if(
        all, [&](const auto& other) { return other->config.name == request.expected_backup; });
    for (const auto family : bgp::kFamilies) {
        if (!carries(neighbor, family)) continue;
        const auto name = net::to_string(family);
        if (backup != all.end() && !carries(**backup, family))
            return fmt::format("{} cannot stand in: it carries no {}",
                               state.neighbors.label((*backup)->id), name);
        if (!request.force && !revivals.others_carry(neighbor, family))
            return fmt::format(
                "no other neighbor's {} routes are in use: that would be an outage "
                "of {} (`force`: test nevertheless)",
                name, name);
    }
    return {};
}

}  // namespace

std::string refusal(const control::FailoverTestRequest& request, const Neighbor& neighbor,
                    const RouterState& state, const Revivals& revivals) {
    const auto label = state.neighbors.label(neighbor.id);
    if (state.stopping) return "the router is stopping";
    const auto& running = state.failover_test;
    if (running && running->is_away())
        return "a failover test of " + running->neighbor + " is under way";
    if (request.expected_backup == request.neighbor) return label + " cannot stand in for itself";
    if (!neighbor.session) return label + " is not up";
    if (neighbor.drain) return label + " is being drained";
    if (state.restart.under_way()) return "routes are not chosen yet (graceful restart)";
    if (!revivals.carries(neighbor)) return label + " is up, but its routes are not in use yet";
    if (!revivals.others_carry(neighbor))
        return "no other neighbor's routes are in use: that would be an outage, not a test";
    return refusal_by_family(request, neighbor, state, revivals);
}

std::string without_another_way(const fib::Reliance& what) {
    if (what.stranded == 0) return {};
    return fmt::format(
        "{} of {} routes have no other way ({}{})", what.stranded, what.routes,
        fmt::join(what.examples | std::views::transform(&net::Prefix::to_string), ", "),
        what.stranded > what.examples.size() ? ", …" : "");
}

void Drills::begin(const control::FailoverTestRequest& request, control::ResultAnswer answer) {
    const auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    if (auto why_not = refusal(request, neighbor, state_, revivals_); !why_not.empty())
        return answer({Outcome::Refused, std::move(why_not)});
    hooks_.rely_on(neighbor, [this, request, answer = std::move(answer)](const auto& what) {
        answer(begin_knowing(request, what));
    });
}

// Much may have happened since it was asked for.
CommandResult Drills::begin_knowing(const control::FailoverTestRequest& request,
                                    const fib::Reliance& what) {
    const auto* const neighbor = state_.neighbors.find_named(request.neighbor);
    if (neighbor == nullptr) return {Outcome::Refused, request.neighbor + " is no neighbor now"};
    if (auto why_not = refusal(request, *neighbor, state_, revivals_); !why_not.empty())
        return {Outcome::Refused, std::move(why_not)};
    if (what.stranded > 0 && !request.force)
        return {Outcome::Refused,
                without_another_way(what) +
                    ": that would be an outage for them (`force`: test "
                    "nevertheless)",
                {},
                what.stranded};
    if (const auto& last = state_.failover_test; last && !last->is_over())
        if (const auto* const tested = state_.neighbors.find_named(last->neighbor))
            abort(*tested, "another test began before it was back in use");
    const auto label = state_.neighbors.label(neighbor->id);
    state_.events.publish(by_operator(EventKind::FailoverTestBegun, *neighbor, "", request.by));
    auto& test = state_.failover_test.emplace(io_);
    test.neighbor = request.neighbor;
    test.expected_backup = request.expected_backup;
    test.lasts = request.lasts;
    test.stranded = what.stranded;
    log().warn("neighbor {}: failover test: taken away for {} s", label,
               std::chrono::duration<double>(request.lasts).count());
    test.timer.expires_at(test.began + test.lasts);
    test.timer.async_wait([this, began = test.began](auto error) {
        if (!error && state_.failover_test->began == began) give_back();
    });
    take_away(*neighbor, test);
    return {Outcome::Done, label + ": taken away", {}, what.stranded};
}

// The answer may come when another test is under way.
void Drills::take_away(const Neighbor& neighbor, FailoverTest& test) {
    hooks_.take_away(neighbor, test.lasts,
                     [this, began = test.began](const netlink::FailoverAnswer& answer) {
                         auto& now = state_.failover_test;
                         if (!now || now->began != began) return;
                         now->moved = answer;
                         if (answer.what.stranded > now->stranded)
                             end_as_lost(fmt::format("{} of {} routes found no way",
                                                     answer.what.stranded, answer.what.routes));
                         look_after(*now);
                     });
}

// Time and again: a route may be withdrawn, or its way lost, while the neighbor that took it over
// stays up.
void Drills::look_after(FailoverTest& test) {
    constexpr std::chrono::milliseconds kPause(100);
    if (!test.is_away()) return;
    test.look.expires_after(kPause);
    test.look.async_wait([this, began = test.began](auto error) {
        if (error) return;
        hooks_.look_after([this, began](const std::optional<net::Prefix>& lost) {
            auto& now = state_.failover_test;
            if (!now || now->began != began) return;
            if (lost) end_as_lost(lost->to_string() + " lost the way that it had moved to");
            look_after(*now);
        });
    });
}

void Drills::note_down(const Neighbor& other, std::string_view why) {
    const auto& test = state_.failover_test;
    if (!test || !test->moved || !test->moved->what.moved_to.contains(tag_of(other.id))) return;
    end_as_lost(fmt::format("{}, which had taken over, went down during the test ({})",
                            other.config.name, why));
}

void Drills::end_as_lost(std::string why) {
    auto& test = *state_.failover_test;
    if (!test.is_away()) return;
    log().warn("neighbor {}: failover test: {}: given back at once", test.neighbor, why);
    test.lost = std::move(why);
    give_back();
}

void Drills::stop_watching(FailoverTest& test) {
    test.timer.cancel();
    test.look.cancel();
    hooks_.over();
}

void Drills::give_back() {
    auto& test = *state_.failover_test;
    if (!test.is_away()) return;
    test.given_back = FailoverTest::Clock::now();
    stop_watching(test);
    const auto* const neighbor = state_.neighbors.find_named(test.neighbor);
    if (neighbor == nullptr) return;
    log().info("neighbor {}: failover test: given back", state_.neighbors.label(neighbor->id));
    hooks_.give_back(*neighbor);
    await_return(*neighbor, test);
}

// That the circuit does not come back is what a test must not be silent about.
void Drills::await_return(const Neighbor& neighbor, FailoverTest& test) {
    const std::chrono::milliseconds patience = hooks_.patience + neighbor.config.return_delay;
    test.timer.expires_after(patience);
    test.timer.async_wait([this, patience, began = test.began](auto error) {
        if (error || state_.failover_test->began != began) return;
        const auto* const tested = state_.neighbors.find_named(state_.failover_test->neighbor);
        if (tested == nullptr) return;
        const auto why = fmt::format("not in use {} s after it was given back",
                                     std::chrono::duration<double>(patience).count());
        log().error("neighbor {}: failover test: {}", state_.neighbors.label(tested->id), why);
        abort(*tested, why);
    });
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
    test->established = now;
    if (test->given_back) return;
    test->given_back = now;  // the operator cleared it
    stop_watching(*test);
    await_return(neighbor, *test);
}

void Drills::note_back_in_use(const Neighbor& neighbor) {
    auto* const test = test_of(neighbor);
    if (test == nullptr || !test->established) return;
    test->back_in_use = FailoverTest::Clock::now();
    stop_watching(*test);
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
    const bool was_away = test->is_away();
    test->aborted = why;
    report(neighbor, "aborted: " + test->aborted);
    stop_watching(*test);
    if (!was_away) return;
    test->given_back = FailoverTest::Clock::now();
    hooks_.give_back(neighbor);
}

}  // namespace dx::daemon
