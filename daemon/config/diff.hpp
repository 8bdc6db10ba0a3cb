// What differs between two configurations, and what applying it does to running sessions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

// In order of strength.
enum class Effect : std::uint8_t {
    Live,           // acts at once, the session stays
    NextStart,      // of the daemon: until then all stays as it is
    NextSession,    // shown as configured/negotiated until the session is next established
    ResetNeighbor,  // this neighbor's session is ended and begun again
    ResetAll,       // so are all
};

enum class Part : std::uint8_t {
    Router,
    Networks,
    Redistribute,
    Neighbor,
    Policies,  // policies and the sets they use
    StaticRoutes,
    Fib,
    Bfd,
    Control,
    Http,
    Hooks,
    Log,
};

enum class ChangeKind : std::uint8_t { Added, Removed, Changed };

struct Change {
    Part part{};
    ChangeKind kind = ChangeKind::Changed;
    Effect effect = Effect::Live;
    std::string key;  // "router.asn", "neighbors.dx-primary.timers.hold", "policies.to-aws"
    // With Part::Neighbor: both where it changed (the name is the identity), `before` alone where
    // it was removed, `after` alone where it was added. They point into the Configs compared.
    const Neighbor* before = nullptr;
    const Neighbor* after = nullptr;
    // What the key said and says, in the form of `show running-config`, so without secrets; none:
    // nothing. Not of a neighbor as a whole.
    std::optional<Node> value_before{}, value_after{};
};

// The parts that are not neighbors first, then the neighbors that were removed, then the others in
// the order of `now`, the changes of one together.
// A policy whose content changed appears under Policies and as `import` or `export` of each
// neighbor that uses it.
std::vector<Change> diff(const Config& old, const Config& now);

std::string_view to_string(Effect effect);  // "live", "next start", "resets the neighbor", …

}  // namespace dx::config
