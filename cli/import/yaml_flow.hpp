// Values as YAML writes them in one line: scalars with the quotes they need, lists, mappings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

// `text` as a scalar that YAML reads as itself, in a list or mapping of one line too.
std::string yaml_scalar(std::string_view text);

std::string flow_list(const Texts& items);                   // [a, b]
std::string flow(const Value& value);                        // whatever it is
std::string flow_map(const std::vector<Setting>& settings);  // {key: value, …}

// Without line ends and other control characters: nothing leaves the comment it is put in.
std::string one_line(std::string_view text);

}  // namespace dx::importing
