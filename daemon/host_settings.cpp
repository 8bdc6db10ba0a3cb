#include "daemon/host_settings.hpp"

#include <algorithm>
#include <fstream>

namespace dx::daemon {

namespace {

struct HashPolicy {
    net::Family family;
    const char* setting;
};

constexpr HashPolicy kHashPolicies[] = {
    {net::Family::Ipv4, "net/ipv4/fib_multipath_hash_policy"},
    {net::Family::Ipv6, "net/ipv6/fib_multipath_hash_policy"},
};

bool carries(const config::Config& config, net::Family family) {
    return std::ranges::any_of(
        config.neighbors, [&](const auto& neighbor) { return neighbor.families.contains(family); });
}

std::string dotted(std::string path) {
    std::ranges::replace(path, '/', '.');
    return path;
}

}  // namespace

std::vector<std::string> unsuitable_host_settings(const config::Config& config,
                                                  const std::string& proc_sys) {
    std::vector<std::string> lines;
    if (config.fib.maximum_paths < 2) return lines;
    for (const auto& [family, setting] : kHashPolicies) {
        int value = -1;
        if (!carries(config, family) || !(std::ifstream(proc_sys + "/" + setting) >> value))
            continue;
        if (value == 0)
            lines.push_back(dotted(setting) +
                            " is 0: all packets between two hosts take one of the paths, however "
                            "many maximum-paths allows (1 shares by ports too)");
    }
    return lines;
}

}  // namespace dx::daemon
