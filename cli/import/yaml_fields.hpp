// Words of a configuration file that is read back.
#pragma once

#include <string>

#include <yaml-cpp/yaml.h>

namespace dx::importing {

// "" if there is none.
inline std::string text_at(const YAML::Node& map, const char* key) {
    const auto value = map[key];
    return value && value.IsScalar() ? value.Scalar() : std::string();
}

}  // namespace dx::importing
