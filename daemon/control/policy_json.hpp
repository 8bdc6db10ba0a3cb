// A policy's way to its verdict as JSON.
#pragma once

#include "daemon/control/json_writer.hpp"
#include "daemon/control/why_views.hpp"

namespace dx::control {

void write_texts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json);

// {"policy": …, "rules": [{"rule": 1, "line": 40, "matched": true, "conditions": […], …}], …}
void write_policy_run(const PolicyRunView& run, JsonWriter& json);

}  // namespace dx::control
