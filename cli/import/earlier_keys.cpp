#include "cli/import/earlier_keys.hpp"

#include "cli/import/yaml.hpp"
#include "cli/import/yaml_fields.hpp"

namespace dx::importing {
namespace {

Texts keys_in(const YAML::Node& configuration) {
    Texts keys;
    if (!configuration.IsMap()) return keys;
    for (const auto& each : configuration["neighbors"]) {
        if (!each.IsMap()) continue;
        Neighbor neighbor;
        neighbor.name = text_at(each, "name");
        neighbor.address = text_at(each, "address");
        const auto key = key_file_of(neighbor);
        if (text_at(each, "password-file") == key) keys.push_back(key);
    }
    return keys;
}

}  // namespace

Texts keys_of_import(const std::string& yaml) {
    try {
        return keys_in(YAML::Load(yaml));
    } catch (const YAML::Exception&) {
        return {};
    }
}

}  // namespace dx::importing
