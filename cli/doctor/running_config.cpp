#include "cli/doctor/running_config.hpp"

#include <yaml-cpp/yaml.h>

namespace dx::doctor {
namespace {

// `true`, or keys of its own.
bool is_on(const YAML::Node& guard) {
    return guard && (!guard.IsScalar() || guard.as<bool>(false));
}

}  // namespace

RunningConfig parse_running_config(const std::string& yaml) {
    const auto root = YAML::Load(yaml);
    RunningConfig config;
    if (const auto router = root["router"])
        if (const auto listen = router["listen"])
            config.bgp_port = listen["port"].as<std::uint16_t>(config.bgp_port);
    for (const auto& each : root["neighbors"]) {
        const auto address = each["address"].as<std::string>("");
        auto& neighbor = config.neighbors[each["name"].as<std::string>(address)];
        neighbor.interface = each["interface"].as<std::string>("");
        neighbor.local_address = each["local-address"].as<std::string>("");
    }
    for (const auto& each : root["static-routes"]) {
        const auto prefix = each["prefix"].as<std::string>("");
        if (is_on(each["bfd"]) || is_on(each["track"])) config.guarded_routes.insert(prefix);
        if (!is_on(each["bfd"])) continue;
        config.watched_routes.push_back(
            {prefix, each["via"].as<std::string>(""), each["interface"].as<std::string>("")});
    }
    if (const auto fib = root["fib"]) {
        config.maximum_paths = fib["maximum-paths"].as<unsigned>(1);
        config.fib_enabled = fib["enabled"].as<bool>(true);
    }
    return config;
}

}  // namespace dx::doctor
