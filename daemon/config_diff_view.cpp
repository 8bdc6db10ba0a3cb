#include "daemon/config_diff_view.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/config/change_text.hpp"

namespace dx::daemon {

namespace {

std::string effect_text(const config::Change& change) {
    if (change.part != config::Part::Neighbor) {
        return change.effect == config::Effect::ResetAll ? "resets all"
                                                         : std::string(to_string(change.effect));
    }
    switch (change.kind) {
        case config::ChangeKind::Added: return "starts " + change.after->name;
        case config::ChangeKind::Removed: return "ends " + change.before->name;
        case config::ChangeKind::Changed: break;
    }
    if (change.effect == config::Effect::ResetNeighbor) return "resets " + change.after->name;
    return std::string(to_string(change.effect));
}

std::string_view kind_text(const config::Change& change) {
    const bool whole = change.part == config::Part::Neighbor && (!change.before || !change.after);
    if (whole) return change.before ? "removed" : "added";
    if (change.value_before && change.value_after) return "changed";
    return change.value_before ? "removed" : "added";
}

std::string text_of(const config::Neighbor& neighbor) {
    return neighbor.address.to_string() + " AS " + std::to_string(neighbor.remote_as);
}

control::ConfigChangeView change_view(const config::Change& change) {
    control::ConfigChangeView view;
    view.key = change.key;
    view.kind = kind_text(change);
    view.effect = effect_text(change);
    const auto &before = change.value_before, &after = change.value_after;
    if (before && after && before->is_list() && after->is_list()) {
        view.gone = items_missing(*before, *after);
        view.added = items_missing(*after, *before);
        if (!view.gone.empty() || !view.added.empty()) return view;  // else their order changed
    }
    if (before) view.before = flow_text(*before);
    if (after) view.after = flow_text(*after);
    if (change.kind == config::ChangeKind::Removed) view.before = text_of(*change.before);
    if (change.kind == config::ChangeKind::Added) view.after = text_of(*change.after);
    return view;
}

// Of a neighbor that was given another name, which ends its session; "" of any other.
std::string name_now(const config::Change& removed, const std::vector<config::Change>& changes) {
    if (removed.part != config::Part::Neighbor || removed.kind != config::ChangeKind::Removed)
        return {};
    const auto added = std::ranges::find_if(changes, [&](const config::Change& change) {
        return change.part == config::Part::Neighbor && change.kind == config::ChangeKind::Added &&
               change.after->address == removed.before->address &&
               change.after->interface == removed.before->interface;
    });
    return added == changes.end() ? std::string() : added->after->name;
}

}  // namespace

std::vector<control::ConfigChangeView> change_views(const std::vector<config::Change>& changes) {
    std::vector<control::ConfigChangeView> views;
    for (const auto& change : changes)
        views.push_back(change_view(change));
    return views;
}

std::vector<control::NeighborEffectView> effect_views(
    const std::vector<EffectOnNeighbor>& effects) {
    std::vector<control::NeighborEffectView> views;
    for (const auto& each : effects) {
        const auto& [in, out] = std::pair(each.effect.in, each.effect.out);
        views.push_back({each.neighbor, std::string(net::to_string(each.family)), to_string(each),
                         out.fewer, out.more, out.changed, in.fewer, in.more, in.changed});
    }
    return views;
}

std::string summary(const std::vector<config::Change>& changes) {
    if (changes.empty()) return "nothing changed";
    std::set<std::string> reset;
    for (const auto& change : changes) {
        if (change.effect == config::Effect::ResetNeighbor && change.before && change.after)
            reset.insert(change.before->name);
        if (const auto now = name_now(change, changes); !now.empty())
            reset.insert(change.before->name + " (now " + now + ")");
    }
    std::string text = std::to_string(changes.size()) +
                       (changes.size() == 1 ? " change applied" : " changes applied");
    if (std::ranges::find(changes, config::Effect::ResetAll, &config::Change::effect) !=
        changes.end())
        return text + ", all neighbors reset";
    for (const auto& name : reset)
        text += (&name == &*reset.begin() ? ", reset: " : ", ") + name;
    return text;
}

}  // namespace dx::daemon
