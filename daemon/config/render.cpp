#include "daemon/config/render.hpp"

#include "daemon/config/config_keys.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

std::string render(const Config& config) {
    return to_yaml(write_keys(config_keys(), config, Config()));
}

std::string json_schema() {
    return pretty(schema_of(config_keys()));
}

}  // namespace dx::config
