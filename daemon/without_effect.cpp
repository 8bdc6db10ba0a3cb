#include "daemon/without_effect.hpp"

#include <algorithm>

namespace dx::daemon {

namespace {

struct NeighborRow {
    const char* setting;
    const char* consequence;
    bool (*given)(const config::Neighbor&);
};

constexpr NeighborRow kNeighborRows[] = {
    {"graceful-restart", "routes go when a session ends",
     [](const config::Neighbor& neighbor) {
         return neighbor.graceful_restart.mode != config::GracefulRestart::Mode::Off;
     }},
};

}  // namespace

std::vector<std::string> without_effect(const config::Config& config) {
    std::vector<std::string> lines;
    for (const auto& row : kNeighborRows) {
        std::string names;
        for (const auto& neighbor : config.neighbors)
            if (row.given(neighbor)) names += (names.empty() ? "" : ", ") + neighbor.name;
        if (!names.empty())
            lines.push_back(std::string(row.setting) +
                            " is not part of this version and has no effect: " + row.consequence +
                            " (" + names + ")");
    }
    if (std::ranges::any_of(config.static_routes,
                            [](const auto& route) { return route.bfd.has_value(); }))
        lines.push_back("bfd of static routes is not part of this version and has no effect");
    return lines;
}

}  // namespace dx::daemon
