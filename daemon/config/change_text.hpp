// What a change says, on one line: for `config diff`.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

// In YAML's flow style: "[10.0.0.0/16, 10.7.0.0/16]", "{max: 100, warn: 80%}".
std::string flow_text(const Node& node);

// The items of `of` that `among` has not, each as flow_text.
std::vector<std::string> items_missing(const Node& of, const Node& among);

}  // namespace dx::config
