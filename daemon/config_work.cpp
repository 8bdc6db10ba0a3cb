#include "daemon/config_work.hpp"

#include <utility>

namespace dx::daemon {

void ConfigWork::load(const std::string& file) {
    loaded = config::parse_config(text, file);
    for (auto& diagnostic : loaded.diagnostics)
        diagnostic.file = name;
}

control::CommandResult ConfigWork::result() const {
    using Outcome = control::CommandResult::Outcome;
    control::CommandResult result;
    for (const auto& diagnostic : loaded.diagnostics)
        result.diagnostics.push_back(diagnostic.to_string());
    if (!warning.empty()) result.diagnostics.push_back("warning: " + warning);
    if (!error.empty()) {
        result.outcome = Outcome::Refused;
        result.text = "nothing was changed: " + error;
    } else if (loaded.has_errors()) {
        result.outcome = Outcome::Misconfigured;
        result.text = "the configuration has errors: nothing was changed";
    }
    return result;
}

}  // namespace dx::daemon
