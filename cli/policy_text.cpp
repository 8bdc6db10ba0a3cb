#include "cli/policy_text.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace dx::cli {

std::string joined_texts(const boost::json::array& texts, std::string_view separator) {
    std::string joined;
    for (const auto& text : texts) {
        if (!text.is_string()) continue;
        if (!joined.empty()) joined += separator;
        joined += std::string_view(text.get_string());
    }
    return joined;
}

std::string rule_name(const Object& rule) {
    if (!has(rule, "line")) return fmt::format("rule {}", number(rule, "rule"));
    return fmt::format("rule {} (line {})", number(rule, "rule"), number(rule, "line"));
}

std::string rejection(std::string_view direction, const Object& run) {
    auto text = fmt::format("{} policy {}, ", direction, dx::cli::text(run, "policy"));
    const auto& rules = list(run, "rules");
    if (!has(run, "decidedBy")) return text + "no rule decides";
    const auto& decided_by = rules.back().as_object();
    text += rule_name(decided_by);
    const auto why = joined_texts(list(decided_by, "conditions"), "; ");
    return why.empty() ? text + ", which matches all" : text + ": " + why;
}

}  // namespace dx::cli
