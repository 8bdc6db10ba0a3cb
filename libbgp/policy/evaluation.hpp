// One walk of a route through a policy: the route as the rules before have left it. Internal to
// this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libbgp/policy/policy.hpp"

namespace dx::bgp {

class Evaluation {
public:
    explicit Evaluation(const PolicyInput& input) : input_(input) {}

    const PolicyInput& input() const { return input_; }

    const PathAttributes& attributes() const { return changed_ ? *changed_ : input_.attributes; }

    PathAttributes& edit() {
        if (!changed_) changed_ = input_.attributes;
        as_path_text_.reset();
        return *changed_;
    }

    const std::string& as_path_text() {
        if (!as_path_text_) as_path_text_ = attributes().as_path.to_string();
        return *as_path_text_;
    }

    // Where a rule set something that differs from the input.
    std::optional<PathAttributes> take_changed() {
        if (changed_ && *changed_ == input_.attributes) changed_.reset();
        return std::move(changed_);
    }

private:
    const PolicyInput& input_;
    std::optional<PathAttributes> changed_;
    std::optional<std::string> as_path_text_;
};

// Whether all that the rule asks for holds. `said` (if given) is told in words what it asks for and
// what the route has; where something does not hold, only that.
bool matches(const PolicyMatch& match, Evaluation& route, std::vector<std::string>* said);

// Does what the rule sets; `sets` (if given) is told in words.
void apply(const PolicySet& set, Evaluation& route, std::vector<std::string>* sets);

}  // namespace dx::bgp
