// What of the running configuration no `show` tells: where a session is bound, and how routes are
// used.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace dx::doctor {

struct RunningConfig {
    struct Neighbor {
        std::string interface;      // "" where none is configured
        std::string local_address;  // "" where none is configured
    };

    // A static route with `bfd`.
    struct WatchedRoute {
        std::string prefix;
        std::string via;
        std::string interface;  // "" where none is configured
    };

    std::vector<WatchedRoute> watched_routes;
    std::set<std::string> guarded_routes;       // static routes with `bfd` or `track`
    std::map<std::string, Neighbor> neighbors;  // by name, which is the address where none is given
    std::uint16_t bgp_port = 179;               // router.listen.port
    unsigned maximum_paths = 1;
    bool fib_enabled = true;
};

// Of the text that GET /v1/config/running gives; throws YAML::Exception if it is none.
RunningConfig parse_running_config(const std::string& yaml);

}  // namespace dx::doctor
