#include "daemon/without_effect.hpp"

namespace dx::daemon {

std::vector<std::string> without_effect(const config::Config& config) {
    std::vector<std::string> lines;
    if (std::ranges::any_of(config.static_routes,
                            [](const auto& route) { return route.bfd.has_value(); }))
        lines.push_back("bfd of static routes is not part of this version and has no effect");
    return lines;
}

}  // namespace dx::daemon
