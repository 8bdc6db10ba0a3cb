#include "daemon/config_work.hpp"

#include <string_view>
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

std::string without_level(std::string diagnostic) {
    constexpr std::string_view kWord = "warning: ";
    const auto at = diagnostic.find(kWord);
    const bool says_it =
        at == 0 || (at != diagnostic.npos && diagnostic.substr(0, at).ends_with(": "));
    if (says_it) diagnostic.erase(at, kWord.size());
    return diagnostic;
}

}  // namespace dx::daemon
