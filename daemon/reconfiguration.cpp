#include "daemon/reconfiguration.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/config_diff_view.hpp"
#include "daemon/host_settings.hpp"
#include "daemon/log.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

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

}  // namespace

void warn_of_host_settings(const config::Config& config) {
    for (const auto& line : unsuitable_host_settings(config))
        log().warn("{}", line);
}

std::string Reconfiguration::apply(config::Config now) {
    const auto changes = config::diff(state_.config, now);
    for (const auto& change : changes)
        log().info("configuration: {} ({})", change.key, what_it_does(change));
    if (state_.config.fib.table != now.fib.table)
        log().warn("fib.table: the routes stay in table {} until dxrouted is started again",
                   state_.config.fib.table);

    const config::Config old = std::exchange(state_.config, std::move(now));
    warn_of_host_settings(state_.config);
    apply_to_bgp(changes);
    state_.fib->configure(fib_settings(state_.config));
    parts_.static_routes.configure();
    auto said = summary(changes);
    const auto unless_empty = [&](const std::string& error) {
        if (!error.empty()) said += "; but " + error;
    };
    if (any(changes, config::Part::Control))
        unless_empty(parts_.control_sockets.change(old.control));
    if (any(changes, config::Part::Http)) unless_empty(parts_.control_sockets.follow_http());
    state_.hooks->configure(state_.config);
    Log::set_level(state_.config.log.level);
    return said;
}

void Reconfiguration::apply_to_bgp(const std::vector<config::Change>& changes) {
    if (any(changes, config::Effect::ResetAll) || !state_.speaker) {
        parts_.bgp.stop(causes_of_reset_all(changes));
        parts_.bgp.set_neighbors();
        return parts_.bgp.start();
    }
    apply_to_neighbors(changes);
    state_.rib->set_maximum_paths(state_.config.fib.maximum_paths);
    parts_.local_routes.configure(state_.config, state_.route_time());
    parts_.rib_work.follow();
}

// Removed ones first, so that their identifiers and addresses are free; then what changed, the
// strongest effect of a neighbor's changes deciding; then what is new.
void Reconfiguration::apply_to_neighbors(const std::vector<config::Change>& changes) {
    std::map<std::string, std::string> changed;  // name -> what resets it, if anything
    for (const auto& change : changes) {
        if (change.part != config::Part::Neighbor) continue;
        if (change.kind == config::ChangeKind::Removed)
            parts_.bgp.remove(*state_.neighbors.find_named(change.before->name));
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
            parts_.bgp.add(neighbor);
        else if (changed.contains(neighbor.name))
            change(*known, neighbor, changed[neighbor.name]);
    }
    state_.neighbors.reorder(order);
}

void Reconfiguration::change(Neighbor& neighbor, const config::Neighbor& config,
                             std::string_view causes_of_reset) {
    const auto before = std::exchange(neighbor.config, config);
    const bool may_be_taken_now = parts_.peer_limits.follow(neighbor, before);
    const bool may_fit_now = limit_in_raised(before, config);
    if (!causes_of_reset.empty())
        parts_.restarts.give_up(neighbor, std::string(causes_of_reset) + " changed");
    if (config.shutdown.active) parts_.restarts.give_up(neighbor, "shut down");
    tell_speaker(state_, neighbor);
    if (config.shutdown.active) parts_.drills.abort(neighbor, "shut down by the configuration");
    if (!causes_of_reset.empty())
        state_.speaker->clear(neighbor.id, bgp::CeaseReason::OtherConfigurationChange,
                              std::string(causes_of_reset) + " changed");
    else if ((may_fit_now || may_be_taken_now) && !parts_.drills.under_way(neighbor))
        state_.speaker->release(neighbor.id);
    tell_rib(state_, neighbor);
    tell_forwarding(state_, neighbor);
    parts_.attachments.follow(neighbor);
    parts_.rib_work.follow();
}

}  // namespace dx::daemon
