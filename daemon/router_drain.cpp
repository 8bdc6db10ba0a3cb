// `drain` and `undrain`: a neighbor goes out of use without a lost packet, and comes back.
#include <chrono>
#include <utility>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

using control::CommandResult;
using Outcome = CommandResult::Outcome;

CommandResult Router::drain(const control::DrainRequest& request) {
    auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    const auto label = state_.neighbors.label(neighbor.id);
    if (neighbor.config.shutdown.active)
        return {Outcome::Refused, label + " is shut down by the configuration"};
    if (neighbor.drain && neighbor.drain->ended)
        return {Outcome::Refused, label + " is drained already"};
    if (state_.restart.under_way())
        return {Outcome::Refused, "routes are not chosen yet (graceful restart)"};
    abort_test(neighbor, "drained by the operator");
    state_.events.publish(by_operator(EventKind::DrainBegun, neighbor, "", request.by));
    CommandResult result;
    if (!neighbor.session) {
        neighbor.drain = std::make_unique<Drain>(io_, Drain::Clock::duration::zero());
        end_drained(neighbor);
        result.text = label + ": drained; there was no session";
        return result;
    }
    if (!revivals_.others_carry(neighbor)) revivals_.hurry_all();  // whoever is up is needed now
    if (!revivals_.others_carry(neighbor))
        result.diagnostics.push_back(
            "warning: no other neighbor is up: its traffic has no way "
            "when the session ends");
    neighbor.drain = std::make_unique<Drain>(io_, request.wait);
    neighbor.drain->timer.async_wait([this, name = neighbor.config.name](auto error) {
        auto* const drained = error ? nullptr : state_.neighbors.find_named(name);
        if (drained != nullptr && drained->drain) end_drained(*drained);
    });
    result.text = fmt::format("{}: its traffic is led away; the session ends in {} s", label,
                              std::chrono::duration<double>(request.wait).count());
    log().info("neighbor {}", result.text);
    tell_forwarding(state_, neighbor);
    tell_rib(state_, neighbor);
    rib_work_.follow();
    return result;
}

void Router::end_drained(Neighbor& neighbor) {
    neighbor.drain->ended = true;
    state_.events.publish({EventKind::Drained, neighbor.config.name, "out of use", {}});
    log().info("neighbor {}: drained; `undrain` gives it back",
               state_.neighbors.label(neighbor.id));
    follow_drain(neighbor);
}

CommandResult Router::undrain(const control::UndrainRequest& request) {
    auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    const auto label = state_.neighbors.label(neighbor.id);
    if (const auto* const test = test_of(neighbor); test != nullptr && !neighbor.drain) {
        if (test->given_back)
            abort_test(neighbor, "ended by the operator before it was back");
        else
            give_back();
        return {Outcome::Done, label + ": given back, the failover test ends"};
    }
    if (!neighbor.drain) return {Outcome::Refused, label + " is not drained"};
    neighbor.drain.reset();
    state_.events.publish(by_operator(EventKind::Undrained, neighbor, "", request.by));
    log().info("neighbor {}: given back by the operator", label);
    follow_drain(neighbor);
    return {Outcome::Done, label + ": given back"};
}

void Router::follow_drain(Neighbor& neighbor) {
    if (!state_.speaker) return;  // as it starts
    if (neighbor.is_shut_down()) neighbor_restarts_.give_up(neighbor, "drained");
    tell_forwarding(state_, neighbor);
    tell_speaker(state_, neighbor);
    tell_rib(state_, neighbor);
    attach(neighbor);
    rib_work_.follow();
}

}  // namespace dx::daemon
