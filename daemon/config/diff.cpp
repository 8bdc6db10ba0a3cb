#include "daemon/config/diff.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/config/config_keys.hpp"
#include "daemon/config/neighbor_keys.hpp"

namespace dx::config {
namespace {

struct PartOfKey {
    std::string_view key;
    Part part;
};

constexpr PartOfKey kParts[] = {
    {"router", Part::Router},
    {"networks", Part::Networks},
    {"redistribute", Part::Redistribute},
    {"policies", Part::Policies},
    {"prefix-sets", Part::Policies},
    {"community-sets", Part::Policies},
    {"as-path-sets", Part::Policies},
    {"static-routes", Part::StaticRoutes},
    {"fib", Part::Fib},
    {"bfd", Part::Bfd},
    {"control", Part::Control},
    {"http", Part::Http},
    {"hooks", Part::Hooks},
    {"log", Part::Log},
};

void diff_sections(const Config& old, const Config& now, std::vector<Change>& changes) {
    for (const auto& section : config_keys()) {
        const auto part = std::ranges::find(kParts, section.name, &PartOfKey::key);
        if (part == std::end(kParts)) continue;  // neighbors: one by one
        Key<Config>::Differs differs;
        section.diff(section, old, now, differs);
        for (auto& each : differs)
            changes.push_back({.part = part->part,
                               .effect = each.effect,
                               .key = std::move(each.key),
                               .value_before = std::move(each.before),
                               .value_after = std::move(each.after)});
    }
}

using NeighborsByName = std::map<std::string_view, const Neighbor*>;

NeighborsByName by_name(const std::vector<Neighbor>& neighbors) {
    NeighborsByName index;
    for (const auto& neighbor : neighbors)
        index.emplace(neighbor.name, &neighbor);
    return index;
}

Change neighbor_change(ChangeKind kind, Effect effect, const Neighbor* before,
                       const Neighbor* after) {
    return {.part = Part::Neighbor,
            .kind = kind,
            .effect = effect,
            .key = "neighbors." + (after ? after : before)->name,
            .before = before,
            .after = after};
}

void diff_neighbors(const Config& old, const Config& now, std::vector<Change>& changes) {
    const auto old_names = by_name(old.neighbors), new_names = by_name(now.neighbors);
    for (const auto& before : old.neighbors)
        if (!new_names.contains(before.name))
            changes.push_back(
                neighbor_change(ChangeKind::Removed, Effect::ResetNeighbor, &before, nullptr));
    for (const auto& after : now.neighbors) {
        const auto found = old_names.find(after.name);
        const auto* before = found == old_names.end() ? nullptr : found->second;
        if (!before) {
            changes.push_back(
                neighbor_change(ChangeKind::Added, Effect::ResetNeighbor, nullptr, &after));
            continue;
        }
        Key<Neighbor>::Differs differs;
        diff_keys(neighbor_keys(), *before, after, differs);
        for (auto& each : differs) {
            auto change = neighbor_change(ChangeKind::Changed, each.effect, before, &after);
            change.key += "." + each.key;
            change.value_before = std::move(each.before);
            change.value_after = std::move(each.after);
            changes.push_back(std::move(change));
        }
    }
}

}  // namespace

std::vector<Change> diff(const Config& old, const Config& now) {
    std::vector<Change> changes;
    diff_sections(old, now, changes);
    diff_neighbors(old, now, changes);
    return changes;
}

std::string_view to_string(Effect effect) {
    static constexpr std::string_view kNames[] = {"live", "next start", "next session",
                                                  "resets the neighbor", "resets all neighbors"};
    return kNames[static_cast<std::size_t>(effect)];
}

bool same_policy(const bgp::PolicyPtr& a, const bgp::PolicyPtr& b) {
    return same(a, b);
}

}  // namespace dx::config
