#include "libbgp/rib/route_view.hpp"

#include <array>

namespace dx::bgp {

namespace {

constexpr std::array<std::string_view, 11> kPathStates{
    "accepted",
    "no import policy",
    "filtered by the import policy",
    "our own AS is in the AS path",
    "the AS path does not begin with the neighbor's AS",
    "we are its originator",
    "it is marked for customers only, and leaked",
    "its next hop is an address of ours",
    "its prefix is not routable",
    "over the prefix limit",
    "marked NO_LLGR: not to be used while its neighbor is away for long",
};

constexpr std::array<std::string_view, 15> kReasons{
    "best",
    "not accepted",
    "session ended",
    "next hop not reachable",
    "learnt, not ours",
    "long-lived stale",
    "lower LOCAL_PREF",
    "longer AS path",
    "higher origin",
    "higher MED from the same AS",
    "internal, not external",
    "higher cost to the next hop",
    "higher router ID",
    "longer cluster list",
    "higher neighbor address",
};

// The same steps as a reason to win.
constexpr std::array<std::string_view, 15> kDecidingSteps{
    "only path",        "only valid path",
    "only valid path",  "only valid path",
    "our own",          "not long-lived stale",
    "LOCAL_PREF",       "AS path length",
    "origin",           "MED",
    "external",         "cost to the next hop",
    "router ID",        "cluster list length",
    "neighbor address",
};

constexpr std::array<std::string_view, 4> kLocalSources{"network", "connected", "static", "kernel"};

static_assert(kPathStates.size() == static_cast<std::size_t>(PathState::NotLongLived) + 1);
static_assert(kReasons.size() == static_cast<std::size_t>(Reason::Address) + 1);
static_assert(kDecidingSteps.size() == kReasons.size());
static_assert(kLocalSources.size() == static_cast<std::size_t>(LocalSource::Kernel) + 1);

}  // namespace

std::string_view to_string(PathState state) {
    return kPathStates[static_cast<std::size_t>(state)];
}

std::string_view to_string(Reason reason) {
    return kReasons[static_cast<std::size_t>(reason)];
}

std::string_view deciding_step(Reason reason) {
    return kDecidingSteps[static_cast<std::size_t>(reason)];
}

std::string_view to_string(LocalSource source) {
    return kLocalSources[static_cast<std::size_t>(source)];
}

}  // namespace dx::bgp
