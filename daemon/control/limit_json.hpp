// A prefix limit of a neighbor, and what is made of it, as JSON. The keys are our own.
#pragma once

#include <optional>
#include <string_view>

#include "daemon/control/json_writer.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

void write_limit(std::string_view key, const std::optional<PrefixLimitView>& limit,
                 JsonWriter& json);

}  // namespace dx::control
