#include "daemon/drains.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

using control::CommandResult;
using Outcome = CommandResult::Outcome;

std::string refusal_to_drain(const Neighbor& neighbor, const RouterState& state) {
    const auto label = state.neighbors.label(neighbor.id);
    if (state.stopping) return "the router is stopping";
    const auto& test = state.failover_test;
    if (test && test->is_away() && test->neighbor != neighbor.config.name)
        return fmt::format("a failover test has taken {} away: `undrain {}` ends it",
                           test->neighbor, test->neighbor);
    if (neighbor.config.shutdown.active) return label + " is shut down by the configuration";
    if (neighbor.drain && neighbor.drain->ended) return label + " is drained already";
    if (state.restart.under_way()) return "routes are not chosen yet (graceful restart)";
    return {};
}

void Drains::drain(const control::DrainRequest& request, control::ResultAnswer answer) {
    const auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    if (auto why_not = refusal_to_drain(neighbor, state_); !why_not.empty())
        return answer({Outcome::Refused, std::move(why_not)});
    hooks_.rely_on(neighbor, [this, request, answer = std::move(answer)](const auto& what) {
        answer_when_kept(drain_knowing(request, what), "it is in use again after a restart",
                         answer);
    });
}

// Much may have happened since it was asked for.
CommandResult Drains::drain_knowing(const control::DrainRequest& request,
                                    const fib::Reliance& what) {
    auto* const neighbor = state_.neighbors.find_named(request.neighbor);
    if (neighbor == nullptr) return {Outcome::Refused, request.neighbor + " is no neighbor now"};
    if (auto why_not = refusal_to_drain(*neighbor, state_); !why_not.empty())
        return {Outcome::Refused, std::move(why_not)};
    constexpr std::string_view kWhy = "drained by the operator";
    state_.events.publish(by_operator(EventKind::DrainBegun, *neighbor, "", request.by));
    if (neighbor->session) {
        drills_.abort(*neighbor, kWhy);
        auto result = lead_away(*neighbor, request.wait);
        result.without_another_way = what.stranded;
        if (what.stranded > 0)
            result.diagnostics.push_back("warning: " + without_another_way(what) +
                                         ": they are unreachable when the session ends");
        return result;
    }
    neighbor->drain = std::make_unique<Drain>(io_, Drain::Clock::duration::zero());
    end(*neighbor);
    drills_.abort(*neighbor, kWhy);  // gives it back, and nothing comes of that
    CommandResult result{Outcome::Done,
                         state_.neighbors.label(neighbor->id) + ": drained; there was no session",
                         {},
                         what.stranded};
    if (what.stranded > 0)  // kept over a restart
        result.diagnostics.push_back("warning: " + without_another_way(what) +
                                     ": they are unreachable now");
    return result;
}

CommandResult Drains::lead_away(Neighbor& neighbor, Drain::Clock::duration wait) {
    CommandResult result;
    if (!revivals_.others_carry(neighbor)) revivals_.hurry_all();  // whoever is up is needed now
    if (!revivals_.others_carry(neighbor))
        result.diagnostics.push_back(
            "warning: no other neighbor is up: its traffic has no way "
            "when the session ends");
    neighbor.drain = std::make_unique<Drain>(io_, wait);
    end_after(neighbor, wait);
    result.text = fmt::format("{}: its traffic is led away; the session ends in {} s",
                              state_.neighbors.label(neighbor.id),
                              std::chrono::duration<double>(wait).count());
    log().info("neighbor {}", result.text);
    hooks_.follow(neighbor);
    note();
    return result;
}

void Drains::end_after(Neighbor& neighbor, Drain::Clock::duration pause) {
    neighbor.drain->timer.expires_after(pause);
    neighbor.drain->timer.async_wait([this, name = neighbor.config.name](auto error) {
        auto* const drained = error ? nullptr : state_.neighbors.find_named(name);
        if (drained != nullptr && drained->drain && !drained->drain->ended)
            end_when_moved(*drained);
    });
}

// What only this neighbor has moves nowhere, and is not waited for. Another drain may have begun by
// the time of the answer.
void Drains::end_when_moved(Neighbor& neighbor) {
    static constexpr std::chrono::milliseconds kPause(200);
    hooks_.rely_on(neighbor, [this, name = neighbor.config.name,
                              at_last = neighbor.drain->at_last](const fib::Reliance& what) {
        auto* const drained = state_.neighbors.find_named(name);
        if (drained == nullptr || !drained->drain || drained->drain->ended ||
            drained->drain->at_last != at_last)
            return;
        if (what.movable > 0 && Drain::Clock::now() < at_last) return end_after(*drained, kPause);
        if (what.movable > 0)
            log().warn("neighbor {}: {} routes still go by it, though others have them too",
                       state_.neighbors.label(drained->id), what.movable);
        end(*drained);
    });
}

void Drains::end(Neighbor& neighbor) {
    neighbor.drain->ended = true;
    state_.events.publish({EventKind::Drained, neighbor.config.name, "out of use", {}});
    log().info("neighbor {}: drained; `undrain` gives it back",
               state_.neighbors.label(neighbor.id));
    hooks_.follow(neighbor);
    note();
}

void Drains::put_out_of_use(Neighbor& neighbor) {
    neighbor.drain = std::make_unique<Drain>(io_, Drain::Clock::duration::zero());
    neighbor.drain->ended = true;
}

void Drains::restore(std::set<std::string> names) {
    noted_ = std::move(names);
    for (const auto& neighbor : state_.neighbors.all())
        if (noted_.contains(neighbor->config.name)) put_out_of_use(*neighbor);
}

void Drains::tell_restored() {
    for (const auto& neighbor : state_.neighbors.all()) {
        if (!neighbor->drain) continue;
        state_.events.publish({EventKind::Drained,
                               neighbor->config.name,
                               "drained before the restart, and still",
                               {}});
        log().warn("neighbor {}: drained before the restart, and still; `undrain` gives it back",
                   state_.neighbors.label(neighbor->id));
    }
    note();
}

void Drains::take_up(Neighbor& added) {
    if (absent_.erase(added.config.name) == 0 || added.drain) return;
    put_out_of_use(added);
    log().warn("neighbor {}: it was drained when it went, and still is; `undrain` gives it back",
               state_.neighbors.label(added.id));
}

// Of one that was drained and is no neighbor now.
bool Drains::is_remembered(const std::string& gone) {
    if (state_.last_reload.on_trial) {
        if (absent_.insert(gone).second)
            log().warn(
                "neighbor {}: not configured any more; it is drained again if the change is "
                "taken back",
                gone);
        return true;
    }
    absent_.erase(gone);
    log().warn("neighbor {} is not configured any more: it is drained no longer", gone);
    state_.events.publish({EventKind::Undrained, gone, "not configured any more", {}});
    return false;
}

void Drains::note() {
    std::set<std::string> names;
    for (const auto& neighbor : state_.neighbors.all())
        if (neighbor->drain) names.insert(neighbor->config.name);
    for (const auto& name : std::exchange(noted_, {}))
        if (state_.neighbors.find_named(name) == nullptr && is_remembered(name)) names.insert(name);
    noted_ = names;
    hooks_.keep(std::move(names));
}

void Drains::undrain(const control::UndrainRequest& request, const control::ResultAnswer& answer) {
    auto& neighbor = *state_.neighbors.find_named(request.neighbor);
    const auto label = state_.neighbors.label(neighbor.id);
    if (!neighbor.drain && drills_.under_way(neighbor)) {
        drills_.end_early(neighbor);
        return answer({Outcome::Done, label + ": given back, the failover test ends"});
    }
    if (!neighbor.drain) return answer({Outcome::Refused, label + " is not drained"});
    answer_when_kept(give_back(neighbor, request.by), "it is drained again after a restart",
                     answer);
}

CommandResult Drains::give_back(Neighbor& neighbor, const std::optional<control::Client>& by) {
    const auto label = state_.neighbors.label(neighbor.id);
    neighbor.drain.reset();
    state_.events.publish(by_operator(EventKind::Undrained, neighbor, "", by));
    log().info("neighbor {}: given back by the operator", label);
    hooks_.follow(neighbor);
    note();
    return {Outcome::Done, label + ": given back"};
}

// It has happened, whatever the disk does; who asked for it is to know what a restart makes of it.
void Drains::answer_when_kept(CommandResult result, const char* after_a_restart,
                              control::ResultAnswer answer) {
    if (result.outcome != Outcome::Done) return answer(std::move(result));
    hooks_.when_kept([result = std::move(result), after_a_restart,
                      answer = std::move(answer)](const std::string& trouble) mutable {
        if (!trouble.empty())
            result.diagnostics.push_back(fmt::format(
                "warning: {}, unless it can be written by then: {}", after_a_restart, trouble));
        answer(std::move(result));
    });
}

}  // namespace dx::daemon
