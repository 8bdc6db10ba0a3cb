// Import and export policies: rules in order over one route. Pure: a route in, a verdict out.
// RFC 8212 (no policy, nothing passes) is the caller's: it has no Policy to ask then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libbgp/policy/rule.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// Rule by rule in words: for `policy test` and `why`.
struct PolicyTrace {
    struct Step {
        std::size_t rule = 0;  // from 0
        bool matched = false;
        // "prefix: 10.0.0.0/16 matches 10.0.0.0/8 le 24". Of a rule that did not match, the
        // condition that did not hold.
        std::vector<std::string> conditions;
        std::vector<std::string> sets;  // matched: "local-pref: none -> 200"
        std::optional<PolicyAction> then;
    };

    std::vector<Step> steps;  // up to the rule that decided; if none did, the route was rejected
};

// The route as a policy sees it.
struct PolicyInput {
    const net::Prefix& prefix;
    const PathAttributes& attributes;
    // Import: the neighbor it came from. Export: the neighbor it was learnt from; none for our own.
    std::optional<net::IpAddress> neighbor;
};

struct PolicyVerdict {
    bool accepted = false;
    std::optional<PathAttributes> changed;  // only where accepted and a rule set what differs
    std::optional<std::uint32_t> rule;      // that decided, from 0; none: no rule did
};

// What differs between two sets of attributes, in the words of a trace; of what policies can set,
// and OTC.
std::vector<std::string> differences(const PathAttributes& before, const PathAttributes& after);

// Immutable; compares by content.
class Policy {
public:
    Policy(std::string name, std::vector<PolicyRule> rules);

    const std::string& name() const { return name_; }

    const std::vector<PolicyRule>& rules() const { return rules_; }

    // The first rule with a `then` that matches decides; what none decides is rejected.
    PolicyVerdict evaluate(const PolicyInput& input, PolicyTrace* trace = nullptr) const;

    // True if no rule looks at the prefix: the verdict is then the same for all routes of one
    // family that share attributes and neighbor, and may be kept.
    bool ignores_prefix() const { return ignores_prefix_; }

    friend bool operator==(const Policy& a, const Policy& b) {
        return a.name_ == b.name_ && a.rules_ == b.rules_;
    }

private:
    std::string name_;
    std::vector<PolicyRule> rules_;
    bool ignores_prefix_;
};

using PolicyPtr = std::shared_ptr<const Policy>;

PolicyPtr accept_all();  // the built-in "accept-all"
PolicyPtr reject_all();  // "reject-all"

}  // namespace dx::bgp
