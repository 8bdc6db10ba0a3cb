#include "daemon/control/policy_json.hpp"

namespace dx::control {
namespace {

void write_rule(const PolicyRuleView& rule, JsonWriter& json) {
    json.begin_object().member("rule", rule.number);
    if (rule.line != 0) json.member("line", rule.line);
    json.member("matched", rule.matched);
    write_texts("conditions", rule.conditions, json);
    if (!rule.sets.empty()) write_texts("sets", rule.sets, json);
    if (!rule.then.empty()) json.member("then", rule.then);
    json.end_object();
}

}  // namespace

void write_texts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json) {
    json.key(key).begin_array();
    for (const auto& text : texts)
        json.value(text);
    json.end_array();
}

void write_policy_run(const PolicyRunView& run, JsonWriter& json) {
    json.begin_object().member("policy", run.policy);
    if (!run.before.empty()) write_texts("before", run.before, json);
    json.key("rules").begin_array();
    for (const auto& rule : run.rules)
        write_rule(rule, json);
    json.end_array();
    if (run.decided) json.member("decidedBy", run.rules.back().number);
    if (!run.after.empty()) write_texts("after", run.after, json);
    json.end_object();
}

}  // namespace dx::control
