// Changes by the operator: a new configuration, applied so that only what changed is touched, and
// `clear`.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "daemon/event_reports.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

using Outcome = control::CommandResult::Outcome;

bool any(const std::vector<config::Change>& changes, config::Effect effect) {
    return std::ranges::any_of(changes,
                               [&](const auto& change) { return change.effect == effect; });
}

bool any(const std::vector<config::Change>& changes, config::Part part) {
    return std::ranges::any_of(changes, [&](const auto& change) { return change.part == part; });
}

std::string_view what_it_does(const config::Change& change) {
    switch (change.kind) {
        case config::ChangeKind::Added: return "added";
        case config::ChangeKind::Removed: return "removed";
        case config::ChangeKind::Changed: break;
    }
    return to_string(change.effect);
}

void add_cause(std::string_view key, std::string& causes) {
    if (!causes.empty()) causes += ", ";
    causes += key;
}

std::string causes_of_reset_all(const std::vector<config::Change>& changes) {
    std::string causes;
    for (const auto& change : changes)
        if (change.effect == config::Effect::ResetAll) add_cause(change.key, causes);
    return causes + " changed";
}

// Whether routes that were too many before need not be so now.
bool limit_in_raised(const config::Neighbor& before, const config::Neighbor& now) {
    return std::ranges::any_of(bgp::kFamilies, [&](net::Family family) {
        const auto& old = before.prefix_limit.in[family];
        const auto& limit = now.prefix_limit.in[family];
        if (!old) return false;
        return !limit || limit->max > old->max || limit->action != old->action;
    });
}

std::string summary(const std::vector<config::Change>& changes) {
    if (changes.empty()) return "nothing changed";
    std::set<std::string> reset;
    for (const auto& change : changes)
        if (change.effect == config::Effect::ResetNeighbor && change.before && change.after)
            reset.insert(change.before->name);
    std::string text = std::to_string(changes.size()) +
                       (changes.size() == 1 ? " change applied" : " changes applied");
    if (any(changes, config::Effect::ResetAll)) return text + ", all neighbors reset";
    for (const auto& name : reset)
        text += (&name == &*reset.begin() ? ", reset: " : ", ") + name;
    return text;
}

}  // namespace

ConfigChanges::Hooks Router::hooks_of_changes() {
    return {
        .in_force = [this]() -> const config::Config& { return state_.config; },
        .apply = [this](config::Config now) { return apply(std::move(now)); },
        .predict =
            [this](const config::Config& now, ChangeEffects::Answer answer) {
                change_effects_.predict(proposal(now, state_.config.router.asn, state_.neighbors,
                                                 local_routes_.under(now)),
                                        std::move(answer));
            },
        .stopping = [this] { return state_.stopping; },
        .reload_begins = service_manager::reloading,
        .reload_ends =
            [this](const control::CommandResult& result) {
                status_.reloaded(result.outcome == Outcome::Misconfigured);
                if (result.outcome != Outcome::Refused)
                    state_.last_reload.note(result.outcome == Outcome::Done);
                if (ready_) announce_ready();
            },
        .file_is_good =
            [this] {
                status_.reloaded(false);
                state_.last_reload.note(true);
            },
        .tell =
            [this](const control::CommandResult& result, std::optional<std::uint32_t> user) {
                const bool done = result.outcome == Outcome::Done;
                state_.events.publish(configured(done, result.text, user));
            },
    };
}

void Router::reload() {
    config_changes_.reload(std::nullopt, [](const control::CommandResult&) {});
}

std::string Router::apply(config::Config now) {
    const auto changes = config::diff(state_.config, now);
    const auto text = summary(changes);
    for (const auto& change : changes)
        log().info("configuration: {} ({})", change.key, what_it_does(change));

    if (state_.config.fib.table != now.fib.table)
        log().warn("fib.table: the routes stay in table {} until dxrouted is started again",
                   state_.config.fib.table);

    const config::Config old = std::exchange(state_.config, std::move(now));
    warn_of_settings();
    if (any(changes, config::Effect::ResetAll) || !state_.speaker) {
        stop_bgp(causes_of_reset_all(changes));
        set_neighbors();
        start_bgp();
    } else {
        apply_neighbors(changes);
        state_.rib->set_maximum_paths(state_.config.fib.maximum_paths);
        local_routes_.configure(state_.config, state_.route_time());
        rib_work_.follow();
    }
    state_.fib->configure(fib_settings(state_.config));
    static_routes_.configure();
    if (any(changes, config::Part::Control)) change_control(old.control);
    if (any(changes, config::Part::Http)) open_http();
    state_.hooks->configure(state_.config);
    Log::set_level(log_level(state_.config.log.level));
    return text;
}

// A control socket that cannot be opened must not cost the one that there is.
void Router::change_control(const config::Control& old) {
    auto error = open_control();
    if (error.empty()) return;
    log().error("control: {}; it stays at {}", error, old.socket);
    state_.config.control = old;
    error = open_control();
    if (!error.empty()) log().error("control: {}", error);
}

// Removed ones first, so that their identifiers and addresses are free; then what changed, the
// strongest effect of a neighbor's changes deciding; then what is new.
void Router::apply_neighbors(const std::vector<config::Change>& changes) {
    std::map<std::string, std::string> changed;  // name -> what resets it, if anything
    for (const auto& change : changes) {
        if (change.part != config::Part::Neighbor) continue;
        if (change.kind == config::ChangeKind::Removed)
            remove_neighbor(*state_.neighbors.find_named(change.before->name));
        if (change.kind != config::ChangeKind::Changed) continue;
        auto& causes = changed[change.after->name];
        if (change.effect != config::Effect::ResetNeighbor) continue;
        const auto section = "neighbors." + change.after->name + ".";
        add_cause(change.key.substr(section.size()), causes);
    }
    std::vector<std::string> order;
    for (const auto& neighbor : state_.config.neighbors) {
        order.push_back(neighbor.name);
        auto* known = state_.neighbors.find_named(neighbor.name);
        if (known == nullptr)
            start_neighbor(state_.neighbors.add(neighbor));
        else if (changed.contains(neighbor.name))
            change_neighbor(*known, neighbor, changed[neighbor.name]);
    }
    state_.neighbors.reorder(order);
}

void Router::remove_neighbor(Neighbor& neighbor) {
    stop_neighbor(neighbor);
    state_.neighbors.remove(neighbor.id);
}

void Router::change_neighbor(Neighbor& neighbor, const config::Neighbor& config,
                             std::string_view causes_of_reset) {
    const bool may_fit_now = limit_in_raised(neighbor.config, config);
    if (neighbor.config.prefix_limit.out != config.prefix_limit.out) neighbor.taken_at_most = {};
    neighbor.config = config;
    if (!causes_of_reset.empty())
        neighbor_restarts_.give_up(neighbor, std::string(causes_of_reset) + " changed");
    if (config.shutdown.active) {
        neighbor_restarts_.give_up(neighbor, "shut down");
        drills_.abort(neighbor, "shut down by the configuration");
    }
    tell_speaker(state_, neighbor);
    if (!causes_of_reset.empty())
        state_.speaker->clear(neighbor.id, bgp::CeaseReason::OtherConfigurationChange,
                              std::string(causes_of_reset) + " changed");
    else if (may_fit_now)
        state_.speaker->release(neighbor.id);
    tell_rib(state_, neighbor);
    tell_forwarding(state_, neighbor);
    attachments_.follow(neighbor);
    rib_work_.follow();
}

control::CommandResult Router::clear(const control::ClearRequest& request) {
    if (!state_.speaker) return {Outcome::Refused, "BGP waits for a router id"};
    const auto is_meant = [&](const Neighbor& neighbor) {
        return (!request.neighbor || neighbor.config.name == *request.neighbor) &&
               (!request.family || neighbor.config.families.contains(*request.family));
    };
    const bool hard = request.kind == control::ClearRequest::Kind::Hard;
    std::size_t meant = 0, cleared = 0;
    for (const auto& neighbor : state_.neighbors.all()) {
        if (!is_meant(*neighbor)) continue;
        ++meant;
        if (!hard && !neighbor->session) continue;  // nothing to refresh
        clear(*neighbor, request);
        ++cleared;
    }
    rib_work_.follow();
    if (request.neighbor && meant == 0)
        return {Outcome::Refused, "neighbor " + *request.neighbor + " carries no " +
                                      std::string(net::to_string(*request.family)) + " routes"};
    const auto without = meant - cleared;
    return {Outcome::Done,
            std::to_string(cleared) + (cleared == 1 ? " neighbor" : " neighbors") +
                (hard ? " reset" : " refreshed") +
                (without > 0 ? ", " + std::to_string(without) + " without a session" : "")};
}

void Router::clear(Neighbor& neighbor, const control::ClearRequest& request) {
    using Kind = control::ClearRequest::Kind;
    const bool hard = request.kind == Kind::Hard;
    log().info("neighbor {}: cleared {}{}", state_.neighbors.label(neighbor.id),
               by_whom(request.by), hard ? "" : " (soft)");
    state_.events.publish(
        by_operator(EventKind::Cleared, neighbor, hard ? "" : "softly", request.by));
    if (hard) {
        neighbor_restarts_.give_up(neighbor, "cleared");
        state_.speaker->clear(neighbor.id, bgp::CeaseReason::AdministrativeReset);
        neighbor.taken_at_most = {};  // perhaps it takes more now
        return tell_rib(state_, neighbor);
    }
    if (!neighbor.session) return;  // its routes come and go with the next one
    for (const auto family : bgp::kFamilies) {
        if (!neighbor.session->families.contains(family)) continue;
        if (request.family && family != *request.family) continue;
        if (request.kind != Kind::SoftOut) {
            state_.rib->soft_in(neighbor.id, family);
            state_.speaker->send_route_refresh(
                neighbor.id, {bgp::AfiSafi::unicast(family), bgp::RefreshSubtype::Request});
        }
        if (request.kind != Kind::SoftIn) state_.rib->soft_out(neighbor.id, family);
    }
}

}  // namespace dx::daemon
