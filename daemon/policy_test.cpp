// `policy test`: a neighbor's import or export policy, or another one in its place, over one route
// or the live table. The RIB decides as it does for real (Rib::try_import, try_export) and changes
// nothing.
#include <algorithm>
#include <utility>

#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

using control::PolicyTestQuery;
using control::PolicyTestRow;

std::string because(bool filtered, const std::optional<std::uint32_t>& rule,
                    std::string_view otherwise) {
    return filtered && !rule ? "no rule decides" : std::string(otherwise);
}

class TestWalk final : public control::PolicyTestWalk {
public:
    // One prefix whatever the neighbor carries; of all routes those of its families.
    TestWalk(const RouterState& state, const PolicyTestQuery& query, const Neighbor& neighbor,
             bgp::PolicyPtr policy)
        : state_(state), query_(query), neighbor_(neighbor.id), policy_(std::move(policy)) {
        for (const auto family : bgp::kFamilies)
            if (query.prefix ? query.prefix->family() == family
                             : neighbor.config.families.contains(family))
                walks_.push_back(walk(family));
    }

    bool next(std::size_t max, std::vector<PolicyTestRow>& out) override {
        // The neighbor may have gone meanwhile, and another one may have its number.
        const auto* neighbor = state_.neighbors.find(neighbor_);
        const bool there = neighbor != nullptr && neighbor->config.name == query_.neighbor;
        if (!there || !state_.rib || walks_.empty()) return false;
        const bool more = state_.rib->walk(walks_.front(), max, [&](const bgp::RouteView& route) {
            if (query_.prefix && route.prefix != *query_.prefix) return;
            const bool in = query_.direction == PolicyTestQuery::Direction::In;
            if (auto row = in ? imported(route.prefix) : exported(route.prefix))
                out.push_back(std::move(*row));
        });
        if (!more) walks_.erase(walks_.begin());
        return !walks_.empty();
    }

private:
    bgp::RouteWalk walk(net::Family family) const {
        bgp::WalkOf of;
        if (query_.direction == PolicyTestQuery::Direction::In)
            of = {bgp::WalkOf::Kind::ReceivedFrom, neighbor_};
        return query_.prefix ? bgp::RouteWalk(*query_.prefix, of) : bgp::RouteWalk(family, of);
    }

    std::optional<PolicyTestRow> imported(const net::Prefix& prefix) const;
    std::optional<PolicyTestRow> exported(const net::Prefix& prefix) const;
    void describe(PolicyTestRow& row, const bgp::PathAttributes& from, const bgp::RouteTrace& trace,
                  const bgp::PathAttributes* to) const;
    std::string name_of(bgp::NeighborId id) const;

    const RouterState& state_;
    PolicyTestQuery query_;
    bgp::NeighborId neighbor_;
    bgp::PolicyPtr policy_;
    std::vector<bgp::RouteWalk> walks_;  // one a family, those that are not at their end
};

std::string TestWalk::name_of(bgp::NeighborId id) const {
    const auto* neighbor = state_.neighbors.find(id);
    return neighbor == nullptr ? std::string() : neighbor->config.name;
}

void TestWalk::describe(PolicyTestRow& row, const bgp::PathAttributes& from,
                        const bgp::RouteTrace& trace, const bgp::PathAttributes* to) const {
    if (!query_.prefix) return;
    row.run.emplace();
    if (policy_) row.run = policy_run(state_, *policy_, from, trace, to);
    if (to != nullptr) row.changes = differences(from, *to);
}

std::optional<PolicyTestRow> TestWalk::imported(const net::Prefix& prefix) const {
    auto settings = state_.rib->settings(neighbor_);
    settings.import_policy = policy_;
    bgp::RouteTrace trace;
    const auto trial =
        state_.rib->try_import(prefix, neighbor_, settings, query_.prefix ? &trace : nullptr);
    if (!trial) return std::nullopt;
    PolicyTestRow row;
    row.prefix = prefix;
    row.from = query_.neighbor;
    row.accepted = trial->state == bgp::PathState::Accepted;
    if (trial->rule) row.rule = *trial->rule + 1U;
    if (!row.accepted)
        row.because = because(trial->state == bgp::PathState::FilteredByPolicy, trial->rule,
                              to_string(trial->state));
    // What the limit keeps out has passed the policy.
    row.accepted_now = trial->state_now == bgp::PathState::Accepted ||
                       trial->state_now == bgp::PathState::LimitExceeded;
    if (row.accepted && row.accepted_now && trial->imported_now)
        row.differences = differences(*trial->imported_now, *trial->imported);
    describe(row, *trial->received, trace, trial->imported ? &*trial->imported : nullptr);
    return row;
}

std::optional<PolicyTestRow> TestWalk::exported(const net::Prefix& prefix) const {
    const auto& in_force = state_.rib->settings(neighbor_);
    auto settings = in_force;
    settings.export_policy = policy_;
    bgp::RouteTrace trace;
    const auto trial =
        state_.rib->try_export(prefix, neighbor_, settings, query_.prefix ? &trace : nullptr);
    if (!trial.best) return std::nullopt;
    PolicyTestRow row;
    row.prefix = prefix;
    row.from = name_of(trial.from);
    row.accepted = trial.state == bgp::ExportState::Accepted;
    const bool filtered = trial.state == bgp::ExportState::FilteredByPolicy;
    // What a rule accepted and something behind the policy refuses is not that rule's doing.
    if (trial.rule && (row.accepted || filtered)) row.rule = *trial.rule + 1U;
    if (!row.accepted) row.because = because(filtered, trial.rule, to_string(trial.state));
    const auto now = state_.rib->try_export(prefix, neighbor_, in_force, nullptr);
    row.accepted_now = now.state == bgp::ExportState::Accepted;
    if (row.accepted && row.accepted_now)
        row.differences = differences(*now.exported, *trial.exported);
    describe(row, *trial.best, trace, trial.exported ? &*trial.exported : nullptr);
    return row;
}

bgp::PolicyPtr policy_named(const config::Config& config, const std::string& name) {
    for (const auto& built_in : {bgp::accept_all(), bgp::reject_all()})
        if (built_in->name() == name) return built_in;
    const auto found = config.policies.find(name);
    return found == config.policies.end() ? nullptr : found->second;
}

std::string no_such_policy(const config::Config& config, const std::string& name) {
    std::string text = "no such policy: " + name + " (there are accept-all, reject-all";
    for (const auto& [known, policy] : config.policies)
        text += ", " + known;
    return text + ")";
}

std::string name_of(const bgp::PolicyPtr& policy) {
    return policy ? policy->name() : std::string();
}

}  // namespace

control::PolicyTest policy_test(const RouterState& state, const PolicyTestQuery& query) {
    control::PolicyTest test;
    const auto found = std::ranges::find(state.neighbors.all(), query.neighbor,
                                         [](const auto& each) { return each->config.name; });
    if (!state.rib || found == state.neighbors.all().end()) {
        test.refused = "BGP waits for a router id";
        return test;
    }
    const auto& neighbor = **found;
    const auto& in_force = query.direction == PolicyTestQuery::Direction::In
                               ? neighbor.config.import_policy
                               : neighbor.config.export_policy;
    const auto policy = query.policy ? policy_named(state.config, *query.policy) : in_force;
    if (query.policy && !policy) {
        test.refused = no_such_policy(state.config, *query.policy);
        return test;
    }
    test.policy = name_of(policy);
    test.in_force = name_of(in_force);
    if (policy)
        for (const auto& rule : in_file(state.config, *policy).rules())
            test.lines.push_back(rule.line);
    test.walk = std::make_unique<TestWalk>(state, query, neighbor, policy);
    return test;
}

}  // namespace dx::daemon
