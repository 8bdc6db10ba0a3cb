#include "cli/doctor/running_config.hpp"

#include <yaml-cpp/yaml.h>

namespace dx::doctor {

RunningConfig parse_running_config(const std::string& yaml) {
    const auto root = YAML::Load(yaml);
    RunningConfig config;
    for (const auto& each : root["neighbors"]) {
        const auto address = each["address"].as<std::string>("");
        auto& neighbor = config.neighbors[each["name"].as<std::string>(address)];
        neighbor.interface = each["interface"].as<std::string>("");
        neighbor.local_address = each["local-address"].as<std::string>("");
    }
    for (const auto& each : root["static-routes"]) {
        const auto bfd = each["bfd"];
        if (!bfd || (bfd.IsScalar() && !bfd.as<bool>(false))) continue;
        config.watched_routes.push_back({each["prefix"].as<std::string>(""),
                                         each["via"].as<std::string>(""),
                                         each["interface"].as<std::string>("")});
    }
    if (const auto fib = root["fib"]) {
        config.maximum_paths = fib["maximum-paths"].as<unsigned>(1);
        config.fib_enabled = fib["enabled"].as<bool>(true);
    }
    return config;
}

}  // namespace dx::doctor
