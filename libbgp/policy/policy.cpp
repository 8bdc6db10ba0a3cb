#include "libbgp/policy/policy.hpp"

#include <algorithm>
#include <utility>

#include "libbgp/policy/evaluation.hpp"

namespace dx::bgp {
namespace {

PolicyPtr unconditional(std::string name, PolicyAction action) {
    PolicyRule rule;
    rule.then = action;
    return std::make_shared<const Policy>(std::move(name), std::vector{std::move(rule)});
}

}  // namespace

Policy::Policy(std::string name, std::vector<PolicyRule> rules)
    : name_(std::move(name)),
      rules_(std::move(rules)),
      ignores_prefix_(std::ranges::none_of(
          rules_, [](const PolicyRule& rule) { return rule.match.prefix != nullptr; })) {}

PolicyVerdict Policy::evaluate(const PolicyInput& input, PolicyTrace* trace) const {
    Evaluation route(input);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const auto& rule = rules_[i];
        auto* step = trace ? &trace->steps.emplace_back() : nullptr;
        if (step) step->rule = i;
        if (!matches(rule.match, route, step ? &step->conditions : nullptr)) continue;

        if (step) {
            step->matched = true;
            step->then = rule.then;
        }
        apply(rule.set, route, step ? &step->sets : nullptr);
        if (!rule.then) continue;
        const auto decided_by = static_cast<std::uint32_t>(i);
        if (rule.then == PolicyAction::Reject) return {false, {}, decided_by};
        return {true, route.take_changed(), decided_by};
    }
    return {};
}

PolicyPtr accept_all() {
    static const auto policy = unconditional("accept-all", PolicyAction::Accept);
    return policy;
}

PolicyPtr reject_all() {
    static const auto policy = unconditional("reject-all", PolicyAction::Reject);
    return policy;
}

}  // namespace dx::bgp
